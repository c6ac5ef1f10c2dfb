# Writes the definition that Nix has put together.
printf '%s\n' "$definition" >"$out"
