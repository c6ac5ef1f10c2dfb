# `cargo fmt --check`: fails on a file that rustfmt would change.
{ mkCargoDerivation, rustfmt, ... }:
{
  cargoExtraArgs ? "",
  rustFmtExtraArgs ? "",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoExtraArgs"
    "rustFmtExtraArgs"
  ]
  // {
    cargoArtifacts = null;
    cargoVendorDir = null;
    pnameSuffix = "-fmt";
    buildPhaseCargoCommand = "cargo fmt ${cargoExtraArgs} -- --check ${rustFmtExtraArgs}";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ rustfmt ];
  }
)
