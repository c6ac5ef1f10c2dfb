# The services, built with nixpkgs instead of the archives: by crane itself, with rust-overlay's compiler and nixpkgs' zig.
# One set for each build machine: { x86_64-linux.nixpkgs.server-aarch64-linux = …; … }.
{
  # The trees of nixpkgs, crane and rust-overlay.
  inputs,
  # The version of the compiler.
  rustVersion,
  # What builds the workspace with a toolchain (../workspace.nix).
  buildersWith,
  packagesBy,
}:
let
  lib = import ../lib.nix;
  # NB: those for which rust-overlay has a compiler, and nixpkgs has zig.
  systems = [
    "aarch64-darwin"
    "aarch64-linux"
    "x86_64-darwin"
    "x86_64-linux"
  ];
in
lib.genAttrs systems (
  system:
  let
    pkgs = import inputs.nixpkgs {
      inherit system;
      overlays = [ (import inputs.rust-overlay) ];
    };
  in
  {
    nixpkgs = import ./services.nix {
      inherit
        pkgs
        rustVersion
        buildersWith
        packagesBy
        ;
      craneLib = import inputs.crane { inherit pkgs; };
    };
  }
)
