# Unpacks libfaketime, points it at the libc of the programs that will load it, and compiles conditions.c.
# NB: Nix gives builders a pseudo-terminal, so zig would draw a progress bar.
export TERM=dumb ZIG_GLOBAL_CACHE_DIR=$PWD/zig-cache ZIG_LOCAL_CACHE_DIR=$PWD/zig-cache
mkdir -p "$out/lib"
dpkg-deb -x "$faketime" unpacked
cp unpacked/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1 "$out/lib/"
dpkg-deb -x "$patchelf" unpacked
"$rust/lib/ld-linux-x86-64.so.2" --library-path "$rust/lib" unpacked/usr/bin/patchelf \
  --set-rpath "$rust/lib" "$out/lib/libfaketimeMT.so.1"
zig cc -target x86_64-linux-gnu.2.36 -shared -fPIC -O2 -s -Wall -Wextra -Werror -o "$out/lib/conditions.so" "$source"
