# Installs a wrapper as an executable and fills in the store paths of its interpreter, of rust and of zig.
{
  echo "#!$seed/bin/bash"
  sed -e "s|@rust@|$rust|g" -e "s|@zig@|$zig|g" "$wrapper"
} >"$out"
chmod +x "$out"
