# Unpacks every crate of a Cargo.lock, each from its own fixed-output derivation, into a cargo directory source.
#
# The result holds one folder per crate and a config.toml that makes cargo use these folders instead of the registry.
{ shell, archives }:
{
  # The lock file, or a source folder that holds one.
  cargoLock ? (src.origSrc or src) + "/Cargo.lock",
  src ? throw "vendorCargoDeps: give 'cargoLock' or 'src'",
  ...
}:
let
  crates = archives.cratesOfLock cargoLock;
in
shell {
  name = "vendor-cargo-deps";
  script = ./vendorCargoDeps.sh;
  crates = map archives.fetched crates;
  names = map (crate: "${crate.name}-${crate.version}") crates;
  checksums = map (crate: crate.sha256) crates;
}
