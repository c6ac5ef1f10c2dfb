# `cargo audit`: fails on a dependency with a known vulnerability.
scope@{ mkCargoDerivation, ... }:
{
  # A folder with the database of advisories.
  advisory-db,
  cargoAuditExtraArgs ? "--ignore yanked",
  src,
  ...
}@args:
let
  lib = import ../lib.nix;
in
mkCargoDerivation (
  removeAttrs args [ "cargoAuditExtraArgs" ]
  // {
    buildPhaseCargoCommand = "cargo audit -n -d ${advisory-db} ${cargoAuditExtraArgs}";
    src = import ./filteredSource.nix {
      inherit src;
      filter =
        path: type:
        type == "directory" || lib.hasSuffix "Cargo.lock" path || lib.hasSuffix "audit.toml" path;
    };
    cargoArtifacts = null;
    cargoVendorDir = null;
    doInstallCargoArtifacts = false;
    pnameSuffix = "-audit";
    pname = args.pname or "crate";
    version = args.version or "0.0.0";
    nativeBuildInputs = args.nativeBuildInputs or [ ] ++ [ scope.cargo-audit ];
  }
)
