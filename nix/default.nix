# The flake's outputs, from the tables of platforms and services.
{ self, root }:
let
  # The archive toolchain is made of packages for this one machine.
  system = "x86_64-linux";

  platforms = import ./platforms.nix;
  services = import ./services.nix;
  toolchains = import ./toolchain { inherit system; };
  source = import ./build/source.nix { inherit root; };
  stamp = import ./build/stamp.nix { inherit self root; };

  # The builders of one set of conditions.
  under =
    which:
    let
      toolchain = toolchains.under which;
      crane = import ./crane toolchain;
      scope = {
        inherit
          crane
          toolchain
          source
          stamp
          ;
      };
    in
    scope
    // {
      buildService = import ./build/service.nix scope;
    };
  original = under "original";
  rebuilt = under "rebuilt";

  inherit (original) toolchain;
  rebuildVerifier = import ./build/rebuildVerifier.nix {
    inherit (original)
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

  fixtures = import ./checks/fixtures.nix {
    inherit
      original
      rebuilt
      root
      platforms
      defineBuild
      attestBuilds
      ;
  };

  # <service>-<platform>, with .rebuild, .definition and .attestation beside the executable.
  package =
    serviceName: platformName:
    let
      name = "${serviceName}-${platformName}";
      args = {
        inherit name;
        service = services.${serviceName};
        platform = platforms.${platformName};
      };
      build = original.buildService args;
      rebuild = rebuilt.buildService args;
      definition = defineBuild {
        inherit name platformName;
        inherit (args) platform;
      };
    in
    {
      inherit name;
      value = build // {
        inherit rebuild definition;
        attestation = attestBuilds {
          inherit name definition;
          original = build;
          rebuilt = rebuild;
        };
      };
    };
  servicePackages = builtins.listToAttrs (
    builtins.concatMap (serviceName: map (package serviceName) services.${serviceName}.platforms) (
      builtins.attrNames services
    )
  );
in
{
  packages.${system} = servicePackages // {
    rebuild-verifier = rebuildVerifier;
    toolchain = toolchain.rust;
  };

  checks.${system} = import ./checks { inherit original fixtures; };

  # For `nix eval`, tests and measurements: not part of any release.
  legacyPackages.${system} = {
    inherit fixtures;
    inherit (toolchain) llvm zig;
    # Of each platform: the standard library, and the variables that make cargo use the toolchain.
    std = builtins.mapAttrs (_: toolchain.std) platforms;
    environments = builtins.mapAttrs (_: toolchain.platformEnvironment) platforms;
    vendor = toolchain.vendorCargoDeps { src = source; };

    # `nix eval .#lib.…`. NB: here and not an output of its own, which Nix 2.8 would warn of as unknown.
    lib = {
      inherit platforms services;
      # What ./bootstrap puts into the store.
      archives = toolchain.archives.closedSet;
    };
  };

  devShells.${system}.default = import ./build/devShell.nix { inherit toolchain; };
}
