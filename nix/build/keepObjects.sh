# Installs what a later derivation links: what keep-link.sh kept, and what cargo says of what it built.
mkdir -p "$out"
mv "$KEPT_LINKS" "$out/links"
cp "$cargoBuildLog" "$out/messages.json"
cargo metadata --format-version 1 --offline --locked \
  --filter-platform "${CARGO_BUILD_TARGET:-$hostTriple}" $metadataFlags >"$out/metadata.json"
