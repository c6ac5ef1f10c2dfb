# `cargo fmt --check`: fails on a file that rustfmt would write otherwise.
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
