# `cargo clippy`: fails on every lint that is denied.
{
  canTest,
  clippy,
  mkCargoDerivation,
  ...
}:
{
  cargoArtifacts,
  cargoClippyExtraArgs ? if canTest then "--all-targets" else "",
  cargoExtraArgs ? "--locked",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoClippyExtraArgs"
    "cargoExtraArgs"
  ]
  // {
    pnameSuffix = "-clippy";
    buildPhaseCargoCommand = "cargoWithProfile clippy ${cargoExtraArgs} ${cargoClippyExtraArgs}";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ clippy ];
  }
)
