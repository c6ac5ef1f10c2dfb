# `cargo tarpaulin`: measures what the tests cover.
scope@{ mkCargoDerivation, ... }:
{
  cargoExtraArgs ? "",
  cargoTarpaulinExtraArgs ? "--skip-clean --out xml --output-dir $out",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoExtraArgs"
    "cargoTarpaulinExtraArgs"
  ]
  // {
    buildPhaseCargoCommand = "cargoWithProfile tarpaulin ${cargoExtraArgs} ${cargoTarpaulinExtraArgs}";
    pnameSuffix = "-tarpaulin";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ scope.cargo-tarpaulin ];
  }
)
