# Builds only the dependencies of a source and keeps the target folder, so that a change of code reuses them.
{
  mkCargoDerivation,
  mkDummySrc,
  vendorCargoDeps,
  ...
}:
{
  src ? null,
  # The source with empty crates. Default: made from src.
  dummySrc ? mkDummySrc { inherit src; },
  cargoExtraArgs ? "--locked",
  # An earlier result of this function, to which these dependencies are added; null for none.
  cargoArtifacts ? null,
  # Whether to build what the checks need, too: metadata for clippy and rustdoc, and the dev-dependencies.
  doCheck ? true,
  # NB: the real source exists at evaluation time; reading the lock file from the dummy would mean building it first.
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
    # NB: arguments that only the source needs must not change the dependency derivation.
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
