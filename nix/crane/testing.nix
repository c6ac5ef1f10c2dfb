# What `cargo test` (cargoTest.nix) and its examples alone (cargoDocTest.nix) have in common.
{
  mkCargoDerivation,
  # What the derivation's name ends with, and the cargo command.
  suffix,
  command,
}:
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
    pnameSuffix = suffix;
    buildPhaseCargoCommand = "";
    checkPhaseCargoCommand = "${command} ${cargoExtraArgs} ${cargoTestExtraArgs}";
  }
)
