# lib.mkCrane: crane's functions for a project's flake, and the outputs with which ./bootstrap knows its crates. docs/crane.md
# documents it.
{ samebits, system }:
given:
let
  make =
    {
      # The flake that calls this.
      self,
      # The folder with the lock file.
      src ? self,
      # The platform that is built for, by its name in the table or Go's; null for the build machine.
      platform ? null,
      # As in mkWorkspace.
      archives ? { },
      outputHashes ? { },
    }:
    let
      lib = import ./lib.nix;
      toolchain =
        (import ./projectToolchains.nix {
          inherit
            archives
            outputHashes
            system
            ;
          isSamebits = false;
          places = import ./build/places.nix {
            inherit self src;
            arguments = given;
          };
          root = if builtins.isPath src then src else "${src}";
        }).original;

      table = import ./platforms.nix;
      chosen = builtins.head (
        builtins.attrValues (
          import ./build/platforms.nix {
            inherit table;
            chosen = [ platform ];
          }
        )
      );
      forPlatform =
        if chosen ? slices then
          throw "samebits: mkCrane builds for one of the platforms that '${platform}' joins: ${toString chosen.slices}"
        else
          {
            environment = toolchain.platformEnvironment chosen;
            canTest = false;
          };

      # For the flake's own outputs.
      outputs = {
        apps.${system}.bootstrap = {
          type = "app";
          # NB: without context: Nix 2.8 aborts at a program that is a source file.
          program = builtins.unsafeDiscardStringContext "${samebits.self}/bootstrap";
        };
        legacyPackages.${system}.lib.archives = toolchain.archives.closedSet;
      };
    in
    (import ./crane (
      { inherit outputHashes toolchain; } // lib.optionalAttrs (platform != null) forPlatform
    )).overrideScope
      (_: _: { inherit outputs; });
in
make ((import ./arguments.nix).checked "mkCrane" given)
