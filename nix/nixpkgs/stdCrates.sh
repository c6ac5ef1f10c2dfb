# Gives the crates that crane has unpacked the layout of ../toolchain/vendorCargoDeps.sh, so that a standard library that is
# compiled from them names its sources in the same way. NB: copies, because rustc hashes the folder in which it runs, and a link
# would lead out of the one that is remapped.
registries=("$crates"/*/)
if [ "${#registries[@]}" != 1 ] || [ ! -d "${registries[0]}" ]; then
  echo "std-crates: '$crates' holds not one registry, but: ${registries[*]}" >&2
  exit 1
fi
mkdir -p "$out"
cp -rL "${registries[0]%/}" "$out/registry"
sed "s|^directory = .*|directory = \"$out/registry\"|" "$crates/config.toml" >"$out/config.toml"
