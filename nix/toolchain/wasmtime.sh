# Unpacks the library, compiles the program that calls it, and points it at the compiler's libraries, too.
# NB: Nix gives builders a pseudo-terminal, so zig would draw a progress bar.
export TERM=dumb ZIG_GLOBAL_CACHE_DIR=$PWD/zig-cache ZIG_LOCAL_CACHE_DIR=$PWD/zig-cache
mkdir -p "$out/bin" "$out/lib"
unzip -q "$wasmtime" wasmtime/linux-x86_64/_libwasmtime.so
cp wasmtime/linux-x86_64/_libwasmtime.so "$out/lib/libwasmtime.so"
"$hostCc" -O2 -s -Wall -Wextra -Werror -o "$out/bin/wasmtime" "$source" "$out/lib/libwasmtime.so"
dpkg-deb -x "$patchelf" unpacked
# NB: RPATH, unlike RUNPATH, also applies to what the library needs.
"$rust/lib/ld-linux-x86-64.so.2" --library-path "$rust/lib" unpacked/usr/bin/patchelf \
  --force-rpath --set-rpath "$out/lib:$rust/lib" "$out/bin/wasmtime"

# Programs that must not pass: none, an empty one, and one without _start.
printf '\0asm\1\0\0\0' >nothing.wasm
for program in "" /dev/null nothing.wasm; do
  status=0
  "$out/bin/wasmtime" $program || status=$?
  [ "$status" = 125 ] || { echo "wasmtime: '$program' ended with $status, expected 125" >&2; exit 1; }
done
