# Unpacks Debian packages and points their programs at the compiler's loader and libraries, and at each other's.
mkdir unpacked
for package in $packages; do dpkg-deb -x "$package" unpacked; done
mkdir -p "$out/bin" "$out/lib"
for folder in unpacked/lib unpacked/usr/lib; do
  [ ! -d "$folder/x86_64-linux-gnu" ] || find "$folder/x86_64-linux-gnu" -name '*.so*' -exec cp -a {} "$out/lib/" \;
done
loader=$rust/lib/ld-linux-x86-64.so.2
dpkg-deb -x "$patchelf" patchelf
for program in unpacked/bin/* unpacked/usr/bin/*; do
  # NB: the first bytes of every ELF file. The others are scripts, which crane does not call.
  [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
  cp -L "$program" "$out/bin/"
  "$loader" --library-path "$rust/lib" patchelf/usr/bin/patchelf \
    --set-interpreter "$loader" --force-rpath --set-rpath "$out/lib:$rust/lib" "$out/bin/$(basename "$program")"
done
