# cargo commands as a derivation. The other functions choose the commands and what to keep of their result.
{
  cargoHelperFunctionsHook,
  configureCargoCommonVarsHook,
  configureCargoVendoredDepsHook,
  crateNameFromCargoToml,
  environment,
  inheritCargoArtifactsHook,
  installCargoArtifactsHook,
  mkDerivation,
  replaceCargoLockHook,
  toolchain,
  vendorCargoDeps,
  writeTOML,
  ...
}:
{
  # The result of buildDepsOnly whose target folder the build starts from; null for none.
  cargoArtifacts,
  # What the phases run, between their hooks; all are bash.
  buildPhaseCargoCommand,
  checkPhaseCargoCommand ? "",
  installPhaseCommand ? "mkdir -p $out",
  ...
}@args:
let
  lib = import ../lib.nix;
  crateName = crateNameFromCargoToml args;
  platform =
    if args.doIncludeCrossToolchainEnv or true then environment else toolchain.hostEnvironment;

  # NB: cargo takes rustc's flags from one place only. The platform's own come first, wherever the others are stated.
  rustflags = toolchain.rustflagsVariable (platform.CARGO_BUILD_TARGET or "");
  withFlags =
    given:
    let
      own = platform.${rustflags};
      add = name: lib.optionalAttrs (given ? ${name}) { ${name} = "${own} ${toString given.${name}}"; };
    in
    if platform ? ${rustflags} then
      given
      // add "RUSTFLAGS"
      // add rustflags
      // lib.optionalAttrs (given ? CARGO_BUILD_RUSTFLAGS && !(given ? ${rustflags})) {
        ${rustflags} = "${own} ${toString given.CARGO_BUILD_RUSTFLAGS}";
      }
    else
      given;
  env = withFlags (args.env or { });
  cargoLock = import ./givenLock.nix writeTOML args;
in
mkDerivation (
  {
    RUSTDOC = toolchain.rustdoc;
  }
  // removeAttrs platform (builtins.attrNames env)
  // withFlags (
    removeAttrs args [
      "buildPhaseCargoCommand"
      "cargoLock"
      "cargoLockContents"
      "cargoLockParsed"
      "checkPhaseCargoCommand"
      "doIncludeCrossToolchainEnv"
      "installPhaseCommand"
      "outputHashes"
      "pnameSuffix"
    ]
  )
  // toolchain.cargoSetup
  // {
    pname = args.pname or crateName.pname + args.pnameSuffix or "";
    version = args.version or crateName.version;
    inherit cargoArtifacts cargoLock env;
    cargoVendorDir = args.cargoVendorDir or (vendorCargoDeps args);
    doInstallCargoArtifacts = args.doInstallCargoArtifacts or true;
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [
      toolchain.rust
      cargoHelperFunctionsHook
      configureCargoCommonVarsHook
      configureCargoVendoredDepsHook
      inheritCargoArtifactsHook
      installCargoArtifactsHook
      replaceCargoLockHook
    ];

    configurePhase =
      args.configurePhase or ''
        runHook preConfigure
        runHook postConfigure
      '';
    buildPhase =
      args.buildPhase or ''
        runHook preBuild
        cargo --version
        ${buildPhaseCargoCommand}
        runHook postBuild
      '';
    checkPhase =
      args.checkPhase or ''
        runHook preCheck
        ${checkPhaseCargoCommand}
        runHook postCheck
      '';
    installPhase =
      args.installPhase or ''
        runHook preInstall
        ${installPhaseCommand}
        runHook postInstall
      '';
  }
)
