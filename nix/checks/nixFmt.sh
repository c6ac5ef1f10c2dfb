# Checks every Nix file of the flake, under the names that they have in it.
cd "$sources"
nix-fmt --check .
touch "$out"
