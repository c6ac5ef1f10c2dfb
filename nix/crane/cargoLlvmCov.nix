# `cargo llvm-cov`: measures what the tests cover.
scope@{ mkCargoDerivation, ... }:
{
  cargoExtraArgs ? "--locked",
  cargoLlvmCovCommand ? "test",
  cargoLlvmCovExtraArgs ? "--lcov --output-path $out",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoExtraArgs"
    "cargoLlvmCovCommand"
    "cargoLlvmCovExtraArgs"
  ]
  // {
    buildPhaseCargoCommand = "cargoWithProfile llvm-cov ${cargoLlvmCovCommand} ${cargoExtraArgs} ${cargoLlvmCovExtraArgs}";
    # NB: by default the result is a file.
    installPhaseCommand = "";
    doInstallCargoArtifacts = false;
    pnameSuffix = "-llvm-cov";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ scope.cargo-llvm-cov ];
  }
)
