# `cargo clippy`, failing on what it is told to deny.
{ mkCargoDerivation, ... }:
{
  cargoClippyExtraArgs ? "--all-targets -- --deny warnings",
  ...
}@args:
mkCargoDerivation (
  args
  // {
    pnameSuffix = "-clippy";
    inherit cargoClippyExtraArgs;
    buildPhaseCargoCommand = "cargo clippy --profile \"$CARGO_PROFILE\" $cargoExtraArgs $cargoClippyExtraArgs";
  }
)
