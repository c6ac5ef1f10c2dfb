# Builds one service for one platform under one set of conditions: the dependencies, then the stamped service, then its checks.
{
  # crane's functions and the toolchain record, both under the same conditions.
  crane,
  toolchain,
  # The arguments of crane's functions that give a build the source of one package (../builders.nix).
  packageArgs,
  # The workspace's own flags for rustc (../cargo).
  cfgFlags,
  # The commit's revision and time (stamp.nix).
  stamp,
  ...
}:
{
  # The flake attribute, which names the derivation.
  name,
  # The service (services.nix).
  service,
  platform,
  # The dependency derivation of another service, to which this service's dependencies are added; null for none.
  earlierDependencies,
  # Whether it carries the stamp of its commit.
  stamped,
  # The most bytes of an executable (sizes.nix); { } for no limit.
  sizeBudget,
  # Whether to write the linker's map to $out/link-map and each executable with its symbols to $out/<executable>.debug
  # (docs/debugging.md). ELF only.
  withLinkMap ? false,
}:
let
  lib = import ../lib.nix;
  platformEnvironment = toolchain.platformEnvironment platform;
  rustflags = toolchain.rustflagsVariable platform.triple;
  environment = platformEnvironment // {
    ${rustflags} = toString ([ platformEnvironment.${rustflags} ] ++ cfgFlags);
  };
  # What the platform's build must have that the service's profile may not state.
  # NB: not as variables. In CARGO_PROFILE_RELEASE_LTO_STRIP, cargo sees the setting `lto` of the profile `release`, and fails.
  profileSettings = lib.mapAttrsToList (
    key: value: "--config 'profile.${service.profile}.${lib.toSetting key}=${builtins.toJSON value}'"
  ) (lib.optionalAttrs (!service.strips) { STRIP = "symbols"; } // platform.profile);
  flags = [
    "--locked"
    "--package ${service.package}"
  ]
  ++ profileSettings
  ++ lib.optional (!service.defaultFeatures) "--no-default-features"
  ++ lib.optional (
    service.features != [ ]
  ) "--features ${builtins.concatStringsSep "," service.features}";
  commonArgs =
    environment
    // packageArgs service.package
    // {
      pname = name;
      inherit (service) version;
      CARGO_PROFILE = service.profile;
      # Foreign executables are tested in tests/, which has emulators, not in the build.
      doCheck = false;
      cargoExtraArgs = toString flags;
    };
in
crane.buildPackage (
  commonArgs
  // lib.optionalAttrs stamped (
    stamp.environment {
      target = platform.triple;
      inherit toolchain;
    }
  )
  // lib.optionalAttrs withLinkMap (
    toolchain.withLinkMap environment // { pname = "${name}-mapped"; }
  )
  // {
    # NB: the dummies of the dependencies' build have no executables to choose from.
    cargoExtraArgs = toString (
      flags ++ lib.optionals (!service.allBins) (map (bin: "--bin ${bin}") service.bins)
    );
    cargoArtifacts = crane.buildDepsOnly (
      commonArgs
      // {
        cargoArtifacts = earlierDependencies;
        # Nothing but the executable is built from them.
        cargoCheckCommand = "true";
      }
    );
    postInstall =
      "source ${./checkExecutables.sh}"
      + lib.optionalString (sizeBudget != { }) "; source ${./checkSizes.sh}"
      + lib.optionalString withLinkMap "; mv \"$LINK_MAP\" \"$SYMBOLS\"/*.debug \"$out/\"";
    inherit (toolchain) llvm;
    wasmImports = ./wasmImports.awk;
    expectedFileFormat = platform.fileFormat;
    expectedLinkage = platform.linkage;
    systemLibraries = platform.systemLibraries or "";
    expectedInterpreter = platform.interpreter or "";
    glibcFloor = platform.glibcFloor or "";
  }
  # NB: only where it is stated, so that a budget builds no other service again, and only in the last step: no dependency.
  // sizeBudget
)
