# `cargo build`, on top of dependencies that are built.
{ mkCargoDerivation, ... }:
{
  cargoArtifacts,
  cargoExtraArgs ? "--locked",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [ "cargoExtraArgs" ]
  // {
    pnameSuffix = "-build";
    buildPhaseCargoCommand = "cargoWithProfile build ${cargoExtraArgs}";
  }
)
