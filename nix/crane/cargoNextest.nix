# `cargo nextest run`: fails if a test fails.
scope@{ mkCargoDerivation, ... }:
{
  cargoArtifacts,
  cargoExtraArgs ? "",
  cargoLlvmCovExtraArgs ? "--lcov --output-path $out/coverage",
  cargoNextestExtraArgs ? "",
  cargoNextestPartitionsExtraArgs ? "",
  withLlvmCov ? false,
  ...
}@args:
let
  lib = import ../lib.nix;
  command =
    if withLlvmCov then "cargo llvm-cov nextest ${cargoLlvmCovExtraArgs}" else "cargo nextest run";
in
mkCargoDerivation (
  removeAttrs args [
    "cargoExtraArgs"
    "cargoLlvmCovExtraArgs"
    "cargoNextestExtraArgs"
    "cargoNextestPartitionsExtraArgs"
    "NEXTEST_SHOW_PROGRESS"
    "withLlvmCov"
  ]
  // {
    doCheck = args.doCheck or true;
    pnameSuffix = "-nextest";
    env = {
      NEXTEST_SHOW_PROGRESS = args.NEXTEST_SHOW_PROGRESS or "counter";
    }
    // args.env or { };
    buildPhaseCargoCommand =
      args.buildPhaseCargoCommand or ''
        mkdir -p $out
        cargo nextest --version
      '';
    checkPhaseCargoCommand = "${command} \${CARGO_PROFILE:+--cargo-profile $CARGO_PROFILE} ${cargoExtraArgs} ${cargoNextestExtraArgs} ${cargoNextestPartitionsExtraArgs}";
    nativeBuildInputs =
      args.nativeBuildInputs or [ ]
      ++ [ scope.cargo-nextest ]
      ++ lib.optional withLlvmCov scope.cargo-llvm-cov;
  }
)
