# Builds a package, by default on top of its own dependency build, tests it, and installs its executables and libraries.
{
  buildDepsOnly,
  canTest,
  crateNameFromCargoToml,
  installFromCargoBuildLogHook,
  mkCargoDerivation,
  vendorCargoDeps,
  ...
}:
{
  cargoBuildCommand ? "cargoWithProfile build",
  cargoBuildExtraArgs ? "",
  cargoExtraArgs ? "--locked",
  cargoTestCommand ? "cargoWithProfile test",
  cargoTestExtraArgs ? "",
  ...
}@args:
let
  crateName = crateNameFromCargoToml args;
  common = {
    pname = args.pname or crateName.pname;
    version = args.version or crateName.version;
    cargoVendorDir = args.cargoVendorDir or (vendorCargoDeps args);
  };
in
mkCargoDerivation (
  removeAttrs args [
    "cargoBuildCommand"
    "cargoBuildExtraArgs"
    "cargoExtraArgs"
    "cargoTestCommand"
    "cargoTestExtraArgs"
    "outputHashes"
  ]
  // common
  // {
    doCheck = args.doCheck or canTest;
    doInstallCargoArtifacts = args.doInstallCargoArtifacts or false;
    cargoArtifacts =
      args.cargoArtifacts or (buildDepsOnly (
        args
        // common
        # NB: without the hooks around it, which expect what the package installs.
        // {
          installPhase = "prepareAndInstallCargoArtifactsDir";
        }
      ));
    buildPhaseCargoCommand =
      args.buildPhaseCargoCommand or ''
        cargoBuildLog=$(mktemp "$TMPDIR/cargoBuildLogXXXXXX")
        ${cargoBuildCommand} --message-format json-render-diagnostics ${cargoExtraArgs} ${cargoBuildExtraArgs} >"$cargoBuildLog"
      '';
    checkPhaseCargoCommand =
      args.checkPhaseCargoCommand or "${cargoTestCommand} ${cargoExtraArgs} ${cargoTestExtraArgs}";
    installPhaseCommand =
      args.installPhaseCommand or ''
        mkdir -p "$out"
        cp -r "''${postBuildInstallFromCargoBuildLogOut:?buildPackage: there is no log of cargo to install from; set installPhaseCommand}/." "$out"
      '';
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ installFromCargoBuildLogHook ];
  }
)
