# Unpacks one emulator and its libraries, and points it at them and at the compiler's.
for package in $packages $patchelf; do dpkg-deb -x "$package" unpacked; done
if [ ! -e "unpacked/usr/bin/$emulator" ]; then
  echo "qemu: the package qemu-user has no '$emulator', which a platform's entry names as its runner" >&2
  exit 1
fi
mkdir -p "$out/bin" "$out/lib"
cp "unpacked/usr/bin/$emulator" "$out/bin/"
cp -a unpacked/usr/lib/x86_64-linux-gnu/lib{capstone,glib-2.0,gmodule-2.0,numa,uring}.so.* "$out/lib/"
loader=$rust/lib/ld-linux-x86-64.so.2
# NB: RPATH, unlike RUNPATH, also applies to what the libraries need.
"$loader" --library-path "$rust/lib" unpacked/usr/bin/patchelf \
  --set-interpreter "$loader" --force-rpath --set-rpath "$out/lib:$rust/lib" "$out/bin/$emulator"
"$out/bin/$emulator" --version
