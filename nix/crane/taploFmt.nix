# `taplo fmt --check`: fails on a TOML file that taplo would change.
{ mkCargoDerivation, taplo, ... }:
{
  taploExtraArgs ? "",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [ "taploExtraArgs" ]
  // {
    cargoArtifacts = null;
    cargoVendorDir = null;
    pnameSuffix = "-tomlfmt";
    buildPhaseCargoCommand = "taplo fmt --check ${taploExtraArgs}";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ taplo ];
  }
)
