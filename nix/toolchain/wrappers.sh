# Installs each wrapper with the store path of its interpreter and of what it calls.
mkdir -p "$out/bin"
for wrapper in "$wrappers"/*; do
  name=$(basename "$wrapper" .sh)
  {
    echo "#!$seed/bin/bash"
    sed -e "s|@rust@|$rust|g" -e "s|@zig@|$zig|g" "$wrapper"
  } >"$out/bin/$name"
  chmod +x "$out/bin/$name"
done
