# `cargo test`, failing when a test does.
{ mkCargoDerivation, ... }:
{
  cargoTestExtraArgs ? "",
  ...
}@args:
mkCargoDerivation (
  args
  // {
    pnameSuffix = "-test";
    inherit cargoTestExtraArgs;
    buildPhaseCargoCommand = "cargo test --profile \"$CARGO_PROFILE\" $cargoExtraArgs $cargoTestExtraArgs";
  }
)
