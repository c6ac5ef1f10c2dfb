# `cargo test`: fails if a test fails.
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
    pnameSuffix = "-test";
    buildPhaseCargoCommand = "";
    checkPhaseCargoCommand = "cargoWithProfile test ${cargoExtraArgs} ${cargoTestExtraArgs}";
  }
)
