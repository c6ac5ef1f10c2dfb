# Builds only the dependencies of a source and keeps the target folder, so that a change of code reuses them.
{
  canTest,
  crateNameFromCargoToml,
  mkCargoDerivation,
  mkDummySrc,
  vendorCargoDeps,
  ...
}:
{
  cargoBuildCommand ? "cargoWithProfile build",
  cargoBuildExtraArgs ? "",
  cargoCheckCommand ? "cargoWithProfile check",
  cargoExtraArgs ? "--locked",
  cargoTestCommand ? "cargoWithProfile test",
  cargoTestExtraArgs ? "--no-run",
  # Whether to build what the checks need, too: metadata for clippy and rustdoc, and the dev-dependencies.
  doCheck ? canTest,
  cargoCheckExtraArgs ? if doCheck then "--all-targets" else "",
  ...
}@args:
let
  # NB: the names and the lock file are the same in both, and reading the one that is made would mean building it first.
  named = if args ? dummySrc && !(args ? src) then args // { src = args.dummySrc; } else args;
  crateName = crateNameFromCargoToml named;
in
mkCargoDerivation (
  removeAttrs args [
    "cargoBuildCommand"
    "cargoBuildExtraArgs"
    "cargoCheckCommand"
    "cargoCheckExtraArgs"
    "cargoExtraArgs"
    "cargoTestCommand"
    "cargoTestExtraArgs"
    "dummySrc"
    "outputHashes"
    "outputs"
  ]
  // {
    inherit doCheck;
    configSource = named.src;
    src = args.dummySrc or (mkDummySrc args);
    pnameSuffix = "-deps";
    pname = args.pname or crateName.pname;
    version = args.version or crateName.version;
    # NB: unlike crane's, it may start from the dependencies of another build, to which it adds.
    cargoArtifacts = args.cargoArtifacts or null;
    cargoVendorDir = args.cargoVendorDir or (vendorCargoDeps named);
    env = {
      CRANE_BUILD_DEPS_ONLY = 1;
    }
    // args.env or { };
    buildPhaseCargoCommand =
      args.buildPhaseCargoCommand or ''
        ${cargoCheckCommand} ${cargoExtraArgs} ${cargoCheckExtraArgs}
        ${cargoBuildCommand} ${cargoExtraArgs} ${cargoBuildExtraArgs}
      '';
    checkPhaseCargoCommand =
      args.checkPhaseCargoCommand or "${cargoTestCommand} ${cargoExtraArgs} ${cargoTestExtraArgs}";
    doInstallCargoArtifacts = true;
  }
)
