# The services for every platform, built on one machine. They are built once, under that machine's own conditions: nothing here
# is built again, defined or attested.
{
  # nixpkgs with rust-overlay, and crane's functions for it.
  pkgs,
  craneLib,
  rustVersion,
  # As in ./default.nix.
  buildersWith,
  packagesBy,
}:
let
  toolchain = import ./toolchain.nix {
    inherit pkgs rustVersion;
    # NB: the crates of the standard library are a part of the toolchain, so crane does not have that yet.
    inherit (craneLib) vendorCargoDeps;
  };
  builders = buildersWith {
    inherit toolchain;
    crane = import ./crane.nix {
      inherit pkgs toolchain;
      craneLib = craneLib.overrideToolchain toolchain.rust;
    };
  };
  packages = packagesBy {
    original = builders;
    rebuilt = throw "nixpkgs: these services are built once";
  };
in
builtins.mapAttrs (
  _: package:
  removeAttrs package [
    "attestation"
    "definition"
    "mapped"
    "rebuild"
    "unstamped"
  ]
) packages
