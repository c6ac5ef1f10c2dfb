# `cargo test`: fails if a test fails.
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
