# `cargo clippy`: fails on every lint that is denied.
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
