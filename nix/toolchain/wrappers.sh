# Installs a wrapper as an executable, with the store paths of its interpreter and of what it calls.
{
  echo "#!$seed/bin/bash"
  sed -e "s|@rust@|$rust|g" -e "s|@zig@|$zig|g" "$wrapper"
} >"$out"
chmod +x "$out"
