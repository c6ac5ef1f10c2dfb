# Unpacks the tools and points them at the compiler's loader and libraries.
for package in $packages $patchelf; do dpkg-deb -x "$package" unpacked; done
mkdir -p "$out/bin"
loader=$rust/lib/ld-linux-x86-64.so.2
for tool in llvm-lipo llvm-objcopy llvm-objdump llvm-readobj; do
  cp "unpacked/usr/lib/llvm-19/bin/$tool" "$out/bin/$tool"
  "$loader" --library-path "$rust/lib" unpacked/usr/bin/patchelf \
    --set-interpreter "$loader" --force-rpath --set-rpath "$rust/lib" "$out/bin/$tool"
done
"$out/bin/llvm-readobj" --version
