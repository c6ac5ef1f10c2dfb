# Before configuring: makes cargo read the crates in cargoVendorDir instead of a registry.
configureCargoVendoredDeps() {
  local vendored=${1:-$cargoVendorDir} config=${2:-$CARGO_HOME/config.toml}
  if [ -f "$vendored/config.toml" ]; then
    cat "$vendored/config.toml"
  else
    printf '[source.crates-io]\nreplace-with = "vendored"\n\n[source.vendored]\ndirectory = "%s"\n' "$vendored"
  fi >>"$config"
}
[ -z "$cargoVendorDir" ] || preConfigureHooks+=(configureCargoVendoredDeps)
