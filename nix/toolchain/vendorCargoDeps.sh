# Lays out a cargo directory source: one folder per crate, with the checksum that cargo compares with the lock file.
read -ra crates <<<"$crates"
read -ra names <<<"$names"
read -ra checksums <<<"$checksums"
mkdir -p "$out/registry"
for i in "${!crates[@]}"; do
  tar -xzf "${crates[i]}" -C "$out/registry"
  if [ ! -f "$out/registry/${names[i]}/Cargo.toml" ]; then
    echo "vendorCargoDeps: '${crates[i]}' does not hold ${names[i]}/Cargo.toml" >&2
    exit 1
  fi
  echo '{"files":{},"package":"'"${checksums[i]}"'"}' >"$out/registry/${names[i]}/.cargo-checksum.json"
done
cat >"$out/config.toml" <<CONFIG
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "$out/registry"
CONFIG
