# Unpacks the two wheels; zig finds its library beside the real executable, through the link as well.
mkdir -p "$out/bin" "$out/lib"
unzip -q "$zig" 'ziglang/*' -x 'ziglang/doc/*'
mv ziglang "$out/lib/zig"
chmod +x "$out/lib/zig/zig"
ln -s ../lib/zig/zig "$out/bin/zig"
unzip -q "$zigbuild" '*.data/scripts/*'
cp ./*.data/scripts/cargo-zigbuild "$out/bin/"
chmod +x "$out/bin/cargo-zigbuild"
"$out/bin/zig" version
