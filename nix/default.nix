# The flake's outputs, from the tables of platforms and services.
{ self, root }:
let
  # The archive toolchain is made of packages for this one machine.
  system = "x86_64-linux";

  platforms = import ./platforms.nix;
  services = import ./build/targets.nix {
    inherit platforms;
    services = import ./services.nix;
  };
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
      joinSlices = import ./build/universal.nix { inherit (toolchain) shell llvm; };
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
  # The crates of this repository's lock file.
  vendor = toolchain.vendorCargoDeps { src = source; };
  attestBuilds = import ./build/attestation.nix {
    inherit rebuildVerifier;
    inherit (toolchain) shell;
  };

  # The platforms that are compiled for, and not put together from others.
  compiled = removeAttrs platforms (
    builtins.filter (name: platforms.${name} ? slices) (builtins.attrNames platforms)
  );

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

  # What service.nix is told of a service and a platform, under one set of conditions.
  serviceArgs =
    conditions: serviceName: platformName:
    let
      service = services.${serviceName};
    in
    {
      inherit service;
      name = "${serviceName}-${platformName}";
      platform = platforms.${platformName};
      earlierDependencies =
        if service ? startsFrom then
          (buildUnder conditions service.startsFrom platformName).cargoArtifacts
        else
          null;
    };

  # The executable of a service for a platform, under one set of conditions.
  buildUnder =
    conditions: serviceName: platformName:
    let
      platform = platforms.${platformName};
    in
    if platform ? slices then
      conditions.joinSlices {
        name = "${serviceName}-${platformName}";
        inherit (stamp) version;
        slices = map (buildUnder conditions serviceName) platform.slices;
      }
    else
      conditions.buildService (serviceArgs conditions serviceName platformName);

  # <service>-<platform>, with .rebuild, .definition and .attestation beside the executable; of one in ELF also .mapped, the
  # same again with the linker's map of it.
  package =
    serviceName: platformName:
    let
      name = "${serviceName}-${platformName}";
      build = buildUnder original serviceName platformName;
      rebuild = buildUnder rebuilt serviceName platformName;
      platform = platforms.${platformName};
      definition = defineBuild {
        inherit
          name
          platform
          platformName
          vendor
          ;
      };
      isElf = builtins.match "elf.*" (platform.fileFormat or "") != null;
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
      }
      // (
        if isElf then
          {
            mapped = original.buildService (
              serviceArgs original serviceName platformName // { withLinkMap = true; }
            );
          }
        else
          { }
      );
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

  checks.${system} = import ./checks { inherit original fixtures workspace; };

  # For `nix eval`, tests and measurements: not part of any release.
  legacyPackages.${system} = {
    inherit fixtures;
    inherit (toolchain) llvm zig;
    inherit (workspace) format-oracles;
    # Of each platform: the standard library, and the variables that make cargo use the toolchain.
    std = builtins.mapAttrs (_: toolchain.std) compiled;
    environments = builtins.mapAttrs (_: toolchain.platformEnvironment) compiled;
    inherit vendor;

    # `nix eval .#lib.…`. NB: here and not an output of its own, which Nix 2.8 would warn of as unknown.
    lib = {
      inherit platforms services;
      # What ./bootstrap puts into the store.
      archives = toolchain.archives.closedSet;
    };
  };

  devShells.${system}.default = import ./build/devShell.nix { inherit toolchain; };
}
