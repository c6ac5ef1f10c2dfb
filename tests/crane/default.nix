# This repository on two implementations of crane's functions: its own, and crane itself. All else is the same.
{
  # This checkout's flake, by its URL; the paths of the trees of crane and nixpkgs; the store paths of the packages of gnu.py.
  flake,
  crane,
  nixpkgs,
  gnuPackages,
}:
let
  samebits = builtins.getFlake flake;
  root = /. + builtins.unsafeDiscardStringContext samebits.outPath;
  workspace =
    import ../../nix/workspace.nix
      {
        samebits = {
          self = samebits;
          inherit root;
          inputs = { };
          version = "";
        };
        system = "x86_64-linux";
      }
      {
        self = samebits;
        services = import ../../nix/services.nix;
      };

  craneOn =
    toolchain:
    let
      pkgs = import ./pkgs.nix {
        lib = import (/. + nixpkgs + "/lib");
        inherit toolchain gnuPackages;
      };
    in
    {
      inherit pkgs toolchain;
      craneLib = import ./crane.nix {
        crane = /. + crane;
        inherit pkgs;
      };
    };
  withCrane =
    { toolchain, ... }:
    workspace.buildersWith {
      inherit toolchain;
      crane = import ../../nix/nixpkgs/crane.nix (craneOn toolchain);
    };
in
{
  # The services, built by crane itself.
  packages = workspace.packagesBy (builtins.mapAttrs (_: withCrane) workspace.builders);
  # The services, built by nix/nixpkgs with the archives in place of nixpkgs and rust-overlay.
  withNixpkgs = import ../../nix/nixpkgs/services.nix {
    inherit (workspace) buildersWith packagesBy;
    inherit (craneOn workspace.builders.original.toolchain) pkgs craneLib;
    rustVersion = workspace.builders.original.toolchain.rust.version;
  };
  # buildPackage for the build machine by both, with the set-up that each has for services.
  builds =
    let
      inherit (workspace.builders.original) crane toolchain;
      onHost = buildPackage: args: buildPackage (toolchain.hostEnvironment // args);
    in
    {
      crane = onHost (import ../../nix/nixpkgs/crane.nix (craneOn toolchain)).buildPackage;
      samebits = onHost crane.buildPackage;
    };
  # crane's functions by both.
  functions = {
    crane = (craneOn workspace.builders.original.toolchain).craneLib;
    samebits = workspace.builders.original.crane;
  };
}
