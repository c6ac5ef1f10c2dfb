# lib.mkWorkspace: the flake outputs of a Cargo workspace. docs/library.md documents its arguments and results.
{
  # samebits itself: its flake, its folder, its version and its inputs.
  samebits,
  system,
}:
let
  lib = import ./lib.nix;
  inherit (import ./arguments.nix) checked;
  table = import ./platforms.nix;
in
# Returns the outputs and, for this repository, the parts that they are made of.
arguments:
let
  workspace =
    {
      # The flake that calls this.
      self,
      # The workspace's folder.
      src ? self,
      services ? "auto",
      platforms ? null,
      extraSources ? [ ],
      testSources ? [ ],
      archives ? { },
      outputHashes ? { },
      conditions ? { },
      sizes ? { },
      stamp ? { },
    }@given:
    let
      # NB: not a path made of a flake's outPath, which newer Nix does not find in a store that is elsewhere (`--store`).
      root = if builtins.isPath src then src else "${src}";

      places = import ./build/places.nix { inherit self src arguments; };

      isSamebits = self.narHash == samebits.self.narHash;
      toolchains = import ./projectToolchains.nix {
        inherit
          archives
          isSamebits
          outputHashes
          places
          root
          system
          ;
        conditions = import ./build/conditions.nix {
          table = import ./toolchain/conditions.nix;
          stated = conditions;
        };
      };
      toolchain = toolchains.original;

      chosen = import ./build/platforms.nix {
        inherit table;
        chosen = platforms;
      };
      # NB: the slices of a universal executable are built even if they are not chosen themselves.
      allPlatforms = table // chosen;
      compiled = lib.filterAttrs (_: platform: !(platform ? slices)) allPlatforms;

      stamp = import ./build/stamp.nix {
        inherit self;
        stated = given.stamp or { };
      };
      # What is made of a workspace's folder: what cargo would find there, the unpacked crates of its lock file, and what builds
      # it under each set of conditions.
      partsOf =
        {
          src,
          stamp,
          extraSources ? [ ],
          testSources ? [ ],
          outputHashes ? { },
        }:
        let
          cargo = import ./cargo {
            inherit src;
            rustVersion = toolchain.rust.version;
          };
          vendor = toolchain.vendorCargoDeps { inherit src outputHashes; };
          sources = import ./build/sources.nix {
            inherit
              src
              cargo
              extraSources
              testSources
              ;
          };
          # What builds it with a toolchain, by crane's functions on that toolchain.
          buildersWith =
            {
              toolchain,
              crane,
              vendor ? crane.vendorCargoDeps { inherit src outputHashes; },
            }:
            import ./builders.nix {
              inherit
                toolchain
                crane
                src
                sources
                vendor
                stamp
                ;
              buildStamp = import ./build/buildStamp.nix (tool.buildersWith { inherit toolchain crane; });
              inherit (cargo) cfgFlags;
            };
        in
        {
          inherit cargo vendor buildersWith;
          builders = builtins.mapAttrs (
            _: toolchain:
            buildersWith {
              inherit toolchain vendor;
              crane = import ./crane { inherit toolchain; };
            }
          ) toolchains;
        };

      inherit
        (partsOf {
          src = root;
          inherit
            stamp
            extraSources
            testSources
            outputHashes
            ;
        })
        cargo
        vendor
        builders
        buildersWith
        ;
      allServices = import ./build/services.nix {
        inherit services cargo allPlatforms;
        platforms = chosen;
        stamped = stamp.isOn;
      };

      # What samebits' own programs are built with.
      # NB: elsewhere they state no commit, or every commit of samebits would link them again.
      tool = partsOf {
        src = samebits.root;
        stamp = if isSamebits then stamp else import ./build/stamp.nix { self.lastModified = 0; };
      };
      rebuildVerifier = import ./build/rebuildVerifier.nix {
        inherit (samebits) version;
        inherit (tool.builders) original;
      };
      defineBuild = import ./build/definition.nix {
        inherit
          samebits
          isSamebits
          self
          stamp
          places
          toolchain
          ;
        toolVendor = tool.vendor;
      };
      attestBuilds = import ./build/attestation.nix {
        inherit rebuildVerifier;
        inherit (toolchain) shell;
      };
      packagesBy =
        builders:
        import ./packages.nix {
          inherit (builders) original rebuilt;
          inherit
            vendor
            defineBuild
            attestBuilds
            ;
          services = allServices;
          platforms = allPlatforms;
          sizes = import ./build/sizes.nix {
            inherit sizes;
            services = allServices;
          };
        };
      servicePackages = packagesBy builders;
      withNixpkgs.legacyPackages = import ./nixpkgs {
        inherit (samebits) inputs;
        inherit buildersWith packagesBy;
        rustVersion = toolchain.rust.version;
      };
      runs = import ./checks/runs.nix {
        inherit toolchain;
        platforms = allPlatforms;
        services = allServices;
        packages = servicePackages;
      };
      # `nix run`: the services that this machine can run.
      apps = import ./build/apps.nix {
        inherit samebits;
        # NB: the platform of static executables for a system is called like the system.
        platform = system;
        services = allServices;
        packages = servicePackages;
      };
    in
    {
      outputs = lib.recursiveUpdate withNixpkgs {
        packages.${system} = servicePackages // {
          rebuild-verifier = rebuildVerifier;
        };
        checks.${system} = import ./checks/workspace.nix builders.original // runs;
        apps.${system} = apps;
        devShells.${system}.default = builders.original.crane.devShell { };
        # Read by `nix eval .#lib.…`. NB: not a top-level output, which Nix 2.8 would report as unknown.
        legacyPackages.${system}.lib = {
          platforms = chosen;
          goNames = import ./goNames.nix chosen;
          # The names of all packages that are a service for a platform.
          executables = builtins.attrNames servicePackages;
          # For each of them, what it is built from. `nix/tables changed` compares these.
          identities = builtins.mapAttrs (
            _: package: builtins.unsafeDiscardStringContext package.unstamped.drvPath
          ) servicePackages;
          services = builtins.mapAttrs (_: service: removeAttrs service [ "manifest" ]) allServices;
          # What differs between a build and its rebuild.
          inherit (toolchain) conditions;
          # The archives that ./bootstrap puts into the store.
          archives = toolchain.archives.closedSet;
        };
      };
      # For this repository's own tests (default.nix), and for builds by crane itself.
      inherit
        attestBuilds
        builders
        buildersWith
        compiled
        defineBuild
        packagesBy
        vendor
        ;
    };
in
workspace (checked "mkWorkspace" arguments)
