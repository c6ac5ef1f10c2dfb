# `cargo nextest run`: fails if a test fails.
scope@{ mkCargoDerivation, ... }:
{
  cargoArtifacts,
  cargoExtraArgs ? "",
  cargoLlvmCovExtraArgs ? "--lcov --output-path $out/coverage",
  cargoNextestExtraArgs ? "",
  cargoNextestPartitionsExtraArgs ? "",
  partitions ? 1,
  withLlvmCov ? false,
  ...
}@args:
let
  lib = import ../lib.nix;
  command =
    if withLlvmCov then "cargo llvm-cov nextest ${cargoLlvmCovExtraArgs}" else "cargo nextest run";
in
if partitions != 1 then
  throw "samebits: crane's cargoNextest: 'partitions' is ${toString partitions}, and only one is built here; leave it out"
else
  mkCargoDerivation (
    removeAttrs args [
      "cargoExtraArgs"
      "cargoLlvmCovExtraArgs"
      "cargoNextestArchiveExtraArgs"
      "cargoNextestExtraArgs"
      "cargoNextestPartitionsExtraArgs"
      "NEXTEST_SHOW_PROGRESS"
      "partitionType"
      "partitions"
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
