# Writes the definition that definition.nix made.
printf '%s\n' "$definition" >"$out"
