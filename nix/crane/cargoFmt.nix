# `cargo fmt --check`: fails on a file that rustfmt would change.
{ mkCargoDerivation, ... }:
args:
mkCargoDerivation (
  args
  // {
    pnameSuffix = "-fmt";
    cargoArtifacts = null;
    buildPhaseCargoCommand = "cargo fmt --all -- --check";
  }
)
