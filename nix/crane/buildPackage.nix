# Builds a package, by default on top of its own dependency build, tests it if doCheck is set, and installs its executables.
{ buildDepsOnly, mkCargoDerivation, ... }:
{
  cargoExtraArgs ? "--locked",
  doCheck ? true,
  cargoArtifacts ? buildDepsOnly (removeAttrs args [ "installPhase" ]),
  buildPhaseCargoCommand ?
    "cargo build --profile \"$CARGO_PROFILE\" $cargoExtraArgs"
    + (import ../lib.nix).optionalString doCheck " && cargo test --profile \"$CARGO_PROFILE\" $cargoExtraArgs",
  installPhase ? "source ${./installExecutables.sh}",
  # A bash command line to run after the installation.
  postInstall ? "",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "doCheck"
    "postInstall"
  ]
  // {
    inherit cargoArtifacts cargoExtraArgs;
    # NB: the dependency build leaves executables of the empty dummy packages behind, which must not be installed.
    buildPhaseCargoCommand = ''
      [ -z "$cargoArtifacts" ] || find "target/''${CARGO_BUILD_TARGET-}/$profileFolder" -maxdepth 1 -type f -exec rm {} +
      ${buildPhaseCargoCommand}
    '';
    installPhase = installPhase + "\n" + postInstall;
  }
)
