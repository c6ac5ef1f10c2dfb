# crane's interface on the archive toolchain: the functions have crane's names, arguments and meanings (docs/crane.md). What crane
# documents and is not here throws, with the reason (attributes.nix for functions, arguments.nix for their arguments).
{
  toolchain,
  # The variables with which cargo builds for the platform, as in crane's cross builds.
  environment ? toolchain.hostEnvironment,
  # The hashes of git repositories, for vendorCargoDeps without any of its own.
  outputHashes ? { },
  # Whether tests can be compiled and run: for the build machine alone.
  canTest ? true,
}:
let
  lib = import ../lib.nix;
  scope =
    self:
    builtins.mapAttrs (
      name: reason: throw "samebits: crane's '${name}' is not available here: ${reason}"
    ) (import ./attributes.nix)
    # One file each. Those with a set of arguments:
    // lib.genAttrs [
      "buildDepsOnly"
      "buildPackage"
      "cargoAudit"
      "cargoBuild"
      "cargoClippy"
      "cargoDeny"
      "cargoDoc"
      "cargoDocTest"
      "cargoFmt"
      "cargoLlvmCov"
      "cargoNextest"
      "cargoTarpaulin"
      "cargoTest"
      "cleanCargoToml"
      "crateNameFromCargoToml"
      "devShell"
      "mkCargoDerivation"
      "mkDummySrc"
      "registryFromDownloadUrl"
      "registryFromGitIndex"
      "registryFromSparse"
      "taploFmt"
      "urlForCargoPackage"
      "vendorCargoDeps"
    ] (name: import ./checked.nix name (import (./. + "/${name}.nix") self))
    # The others.
    // lib.genAttrs [
      "appendCrateRegistries"
      "cleanCargoSource"
      "filterCargoSources"
      "filters"
      "findCargoFiles"
      "mkDerivation"
      "path"
      "writeTOML"
    ] (name: import (./. + "/${name}.nix") self)
    # Setup hooks: files that a build with them among its nativeBuildInputs sources.
    // lib.genAttrs [
      "cargoHelperFunctionsHook"
      "configureCargoCommonVarsHook"
      "configureCargoVendoredDepsHook"
      "inheritCargoArtifactsHook"
      "installCargoArtifactsHook"
      "installFromCargoBuildLogHook"
      "replaceCargoLockHook"
    ] (name: ./hooks + "/${name}.sh")
    // lib.genAttrs [
      "cargo"
      "clippy"
      "rustc"
      "rustfmt"
    ] (_: toolchain.rust)
    // {
      inherit
        canTest
        environment
        outputHashes
        toolchain
        ;
      # NB: unlike crane's, without the public one, whose crates ./bootstrap fetches.
      crateRegistries = { };
    };
  # The functions with the changes of an overlay, which sees the result and what it changes.
  withOverlay =
    overlay:
    let
      base = scope self;
      self =
        base
        // overlay self base
        // {
          craneLib = self;
          overrideScope =
            more:
            withOverlay (
              final: prev:
              let
                changed = overlay final prev;
              in
              changed // more final (prev // changed)
            );
        };
    in
    self;
in
withOverlay (_: _: { })
