# Lays out cargo directory sources: one folder per crate, with the checksum that cargo compares with the lock file.
source "$writeChecksums"
read -ra crates <<<"$crates"
read -ra names <<<"$names"
read -ra checksums <<<"$checksums"
read -ra folders <<<"$folders"
read -ra repositories <<<"$repositories"
read -ra repositoryFolders <<<"$repositoryFolders"
mkdir -p "$out/registry" "$out/registries" "$out/git"
for i in "${!crates[@]}"; do
  folder=$out/${folders[i]}
  mkdir -p "$folder"
  tar -xzf "${crates[i]}" -C "$folder"
  if [ ! -f "$folder/${names[i]}/Cargo.toml" ]; then
    echo "vendorCargoDeps: '${crates[i]}' does not hold ${names[i]}/Cargo.toml" >&2
    exit 1
  fi
  writeChecksums "$folder/${names[i]}" "\"${checksums[i]}\""
done
for i in "${!repositories[@]}"; do
  ln -s "${repositories[i]}/crates" "$out/git/${repositoryFolders[i]}"
done
cat >"$out/config.toml" <<CONFIG
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "$out/registry"
${replacements//@out@/$out}
CONFIG
