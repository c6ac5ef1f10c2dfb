# `cargo test --doc`: fails if an example in the documentation fails.
{ mkCargoDerivation, ... }:
{
  cargoArtifacts,
  cargoExtraArgs ? "--locked",
  cargoTestExtraArgs ? "",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoExtraArgs"
    "cargoTestExtraArgs"
  ]
  // {
    doCheck = args.doCheck or true;
    pnameSuffix = "-doctest";
    buildPhaseCargoCommand = "";
    checkPhaseCargoCommand = "cargoWithProfile test --doc ${cargoExtraArgs} ${cargoTestExtraArgs}";
  }
)
