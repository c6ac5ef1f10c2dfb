# `cargo doc` for the workspace's own crates: fails on every rustdoc lint that is denied.
{ mkCargoDerivation, ... }:
{
  cargoDocExtraArgs ? "--no-deps",
  ...
}@args:
mkCargoDerivation (
  args
  // {
    pnameSuffix = "-doc";
    inherit cargoDocExtraArgs;
    buildPhaseCargoCommand = "cargo doc --profile \"$CARGO_PROFILE\" $cargoExtraArgs $cargoDocExtraArgs";
  }
)
