# The flake's outputs, from the tables of platforms and services.
{ self, root }:
let
  lib = import ./lib.nix;

  # The archives hold a toolchain for this system only.
  system = "x86_64-linux";

  platforms = import ./platforms.nix;
  # The platforms that have a compiler target of their own, without those that join the slices of others.
  compiled = lib.filterAttrs (_: platform: !(platform ? slices)) platforms;
  services = import ./build/targets.nix {
    inherit platforms;
    services = import ./services.nix;
  };

  source = import ./build/source.nix { inherit root; };
  stamp = import ./build/stamp.nix { inherit self root; };
  builders = builtins.mapAttrs (
    _: toolchain: import ./builders.nix { inherit toolchain source stamp; }
  ) (import ./toolchain { inherit system; });
  inherit (builders) original rebuilt;
  inherit (original) crane toolchain;

  # The unpacked crates of this repository's lock file.
  vendor = toolchain.vendorCargoDeps { src = source; };
  rebuildVerifier = import ./build/rebuildVerifier.nix {
    inherit
      crane
      toolchain
      source
      stamp
      ;
  };
  defineBuild = import ./build/definition.nix {
    inherit
      self
      root
      stamp
      toolchain
      ;
  };
  attestBuilds = import ./build/attestation.nix {
    inherit rebuildVerifier;
    inherit (toolchain) shell;
  };

  servicePackages = import ./packages.nix {
    inherit
      original
      rebuilt
      platforms
      services
      vendor
      defineBuild
      attestBuilds
      ;
    inherit (stamp) version;
  };
  fixtures = import ./checks/fixtures.nix {
    inherit
      original
      rebuilt
      root
      defineBuild
      attestBuilds
      ;
    platforms = compiled;
  };

  workspace = import ./checks/workspace.nix { inherit (original) crane toolchain source; };
in
{
  packages.${system} = servicePackages // {
    rebuild-verifier = rebuildVerifier;
    toolchain = toolchain.rust;
  };

  checks.${system} = import ./checks { inherit original fixtures workspace; };

  # For `nix eval`, tests and benchmarks. Not part of any release.
  legacyPackages.${system} = {
    inherit fixtures vendor;
    inherit (toolchain) llvm zig;
    inherit (workspace) format-oracles;
    # For each platform, the standard library, and the environment variables that make cargo use the toolchain.
    std = builtins.mapAttrs (_: toolchain.std) compiled;
    environments = builtins.mapAttrs (_: toolchain.platformEnvironment) compiled;

    # Read by `nix eval .#lib.…`. NB: not a top-level output, which Nix 2.8 would report as unknown.
    lib = {
      inherit platforms services;
      # The archives that ./bootstrap puts into the store.
      archives = toolchain.archives.closedSet;
    };
  };

  devShells.${system}.default = import ./build/devShell.nix { inherit toolchain; };
}
