# Unpacks the compiler's packages and points every executable at the unpacked loader and libraries.
mkdir unpacked
for package in $packages; do dpkg-deb -x "$package" unpacked; done

mkdir -p "$out/bin" "$out/lib/rustlib/src/rust"
for folder in unpacked/lib/x86_64-linux-gnu unpacked/usr/lib/x86_64-linux-gnu; do
  cp -a "$folder"/*.so* "$out/lib/"
done
cp -a unpacked/usr/lib/rustlib/x86_64-unknown-linux-gnu "$out/lib/rustlib/"
cp -a unpacked/usr/src/rustc-*/library "$out/lib/rustlib/src/rust/"

loader=$out/lib/ld-linux-x86-64.so.2
for tool in cargo cargo-clippy cargo-fmt clippy-driver rustc rustdoc rustfmt; do
  cp -L "unpacked/usr/bin/$tool" "$out/bin/$tool"
  # NB: RPATH, unlike RUNPATH, also applies to the libraries that an executable loads, so the libraries need no patching.
  "$loader" --library-path "$out/lib" unpacked/usr/bin/patchelf \
    --set-interpreter "$loader" --force-rpath --set-rpath "$out/lib" "$out/bin/$tool"
done

answer=$("$out/bin/rustc" --print sysroot)
if [ "$answer" != "$out" ]; then
  echo "rust: rustc takes '$answer' for its sysroot, expected '$out'" >&2
  exit 1
fi
for tool in cargo rustdoc rustfmt clippy-driver; do "$out/bin/$tool" --version; done
