# `cargo doc` of the workspace's own crates, failing on what rustdoc denies.
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
