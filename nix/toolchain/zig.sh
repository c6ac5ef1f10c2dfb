# Unpacks the two wheels. zig finds its library beside its real executable, even if called through the link in bin/.
mkdir -p "$out/bin" "$out/lib"
unzip -q "$zig" 'ziglang/*' -x 'ziglang/doc/*'
mv ziglang "$out/lib/zig"
chmod +x "$out/lib/zig/zig"
ln -s ../lib/zig/zig "$out/bin/zig"
unzip -q "$zigbuild" '*.data/scripts/*'
cp ./*.data/scripts/cargo-zigbuild "$out/bin/"
chmod +x "$out/bin/cargo-zigbuild"
"$out/bin/zig" version
