# `cargo deny`: fails on a dependency that the workspace's deny.toml does not allow.
scope@{ mkCargoDerivation, ... }:
{
  cargoDenyChecks ? "bans licenses sources",
  cargoDenyExtraArgs ? "",
  cargoExtraArgs ? "",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoDenyExtraArgs"
    "cargoExtraArgs"
  ]
  // {
    buildPhaseCargoCommand = "cargo --offline ${cargoExtraArgs} deny ${cargoDenyExtraArgs} check ${cargoDenyChecks}";
    cargoArtifacts = null;
    doInstallCargoArtifacts = false;
    pnameSuffix = "-deny";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ scope.cargo-deny ];
  }
)
