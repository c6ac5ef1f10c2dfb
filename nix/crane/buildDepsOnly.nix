# Builds the dependencies of a source and keeps the target folder: code changes reuse it, lock file changes do not.
{
  mkCargoDerivation,
  mkDummySrc,
  vendorCargoDeps,
  ...
}:
{
  src ? null,
  # The source with empty crates; made from src where not given.
  dummySrc ? mkDummySrc { inherit src; },
  cargoExtraArgs ? "--locked",
  # A derivation of this function for other dependencies, to which these are added; null for none.
  cargoArtifacts ? null,
  # Also what the checks need: metadata for clippy and rustdoc, and the tests' own dependencies.
  doCheck ? true,
  # NB: from the real source, which is there already when Nix evaluates; the dummy would first have to be built.
  cargoVendorDir ? vendorCargoDeps { src = if src == null then dummySrc else src; },
  buildPhaseCargoCommand ?
    if doCheck then
      ''
        cargo check --profile "$CARGO_PROFILE" --all-targets $cargoExtraArgs
        cargo build --profile "$CARGO_PROFILE" $cargoExtraArgs
        cargo test --profile "$CARGO_PROFILE" --no-run $cargoExtraArgs
      ''
    else
      ''cargo build --profile "$CARGO_PROFILE" $cargoExtraArgs'',
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "dummySrc"
    # NB: what the source alone needs must not make its dependencies new.
    "doCheck"
  ]
  // {
    src = dummySrc;
    pnameSuffix = "-deps";
    doInstallCargoArtifacts = true;
    installPhase = "true";
    inherit
      cargoArtifacts
      cargoExtraArgs
      cargoVendorDir
      buildPhaseCargoCommand
      ;
  }
)
