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
  # The source whose .cargo/config.toml counts. For buildDepsOnly: reading the dummy's would mean building it first.
  configSource ? args.src,
  ...
}@args:
let
  lib = import ../lib.nix;
  crateName = crateNameFromCargoToml args;
  platform =
    if args.doIncludeCrossToolchainEnv or true then environment else toolchain.hostEnvironment;

  # NB: cargo takes rustc's flags from one place only. The platform's own come first, wherever the others are stated.
  rustflags = toolchain.rustflagsVariable (platform.CARGO_BUILD_TARGET or "");
  own = platform.${rustflags} or null;
  withFlags =
    given:
    builtins.mapAttrs (
      name: value:
      if own != null && (name == rustflags || name == "RUSTFLAGS") then
        "${own} ${toString value}"
      else
        value
    ) given;
  env = withFlags (args.env or { });
  # NB: those of [build], which cargo would pass over.
  general =
    args.CARGO_BUILD_RUSTFLAGS or args.env.CARGO_BUILD_RUSTFLAGS
      or (import ./configuredFlags.nix configSource);
  variables =
    platform
    // lib.optionalAttrs (own != null && toString general != "") {
      ${rustflags} = "${own} ${toString general}";
    };

  cargoLock = import ./givenLock.nix writeTOML args;
in
mkDerivation (
  {
    RUSTDOC = toolchain.rustdoc;
  }
  // removeAttrs variables (builtins.attrNames env)
  // withFlags (
    removeAttrs args [
      "buildPhaseCargoCommand"
      "cargoLock"
      "cargoLockContents"
      "cargoLockParsed"
      "checkPhaseCargoCommand"
      "configSource"
      "doIncludeCrossToolchainEnv"
      "installPhaseCommand"
      "outputHashes"
      "pnameSuffix"
      "registries"
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
