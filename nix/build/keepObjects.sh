# Installs what a later derivation links: what keep-link.sh kept, and what cargo says of what it built.
mkdir -p "$out"
mv "$KEPT_LINKS" "$out/links"
cp "$cargoBuildLog" "$out/messages.json"
# NB: what build scripts and procedural macros need is chosen for the build machine.
cargo metadata --format-version 1 --offline --locked --filter-platform "$hostTriple" \
  ${CARGO_BUILD_TARGET:+--filter-platform "$CARGO_BUILD_TARGET"} $metadataFlags >"$out/metadata.json"
