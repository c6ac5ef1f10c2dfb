# Builds one service for one platform under one set of conditions: the dependencies, then the objects of the service, then the
# stamped and checked executables.
{
  # crane's functions and the toolchain record, both under the same conditions.
  crane,
  toolchain,
  # The arguments of crane's functions that give a build the source of one package (../builders.nix).
  packageArgs,
  # The workspace's own flags for rustc (../cargo).
  cfgFlags,
  # Links the objects (link.nix).
  link,
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
  profileSettings =
    lib.mapAttrsToList
      (key: value: "--config 'profile.${service.profile}.${lib.toSetting key}=${builtins.toJSON value}'")
      (
        lib.optionalAttrs (!service.strips) { STRIP = "symbols"; }
        # NB: rustc would read it out of the executable, which is not linked yet. Nothing but the executable is installed.
        // lib.optionalAttrs service.splitsDebuginfo { SPLIT_DEBUGINFO = "off"; }
        // platform.profile
      );
  featureFlags =
    lib.optional (!service.defaultFeatures) "--no-default-features"
    ++ lib.optional (
      service.features != [ ]
    ) "--features ${builtins.concatStringsSep "," service.features}";
  flags = [
    "--locked"
    "--package ${service.package}"
  ]
  ++ profileSettings
  ++ featureFlags;
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
  objectArgs = import ./objectArgs.nix { inherit toolchain featureFlags; };
  dependencies = crane.buildDepsOnly (
    commonArgs
    // {
      # NB: a dependency of dependencies may be crates/build-info.
      inherit (objectArgs) SAMEBITS_STAMP;
      cargoArtifacts = earlierDependencies;
      # Nothing but the executable is built from them.
      cargoCheckCommand = "true";
    }
  );
  objects = crane.buildPackage (
    commonArgs
    // objectArgs
    // {
      pname = "${name}-objects";
      cargoArtifacts = dependencies;
      # NB: the dummies of the dependencies' build have no executables to choose from.
      cargoExtraArgs = toString (
        flags ++ lib.optionals (!service.allBins) (map (bin: "--bin ${bin}") service.bins)
      );
    }
  );
in
link {
  inherit objects stamped withLinkMap;
  environment = toolchain.linkEnvironment environment;
  pname = name;
  inherit (service)
    debugFeatures
    package
    profile
    version
    ;
  target = platform.triple;
  inherit (platform) executableSuffix;
  checks = {
    inherit (toolchain) llvm;
    wasmImports = ./wasmImports.awk;
    expectedFileFormat = platform.fileFormat;
    expectedLinkage = platform.linkage;
    systemLibraries = platform.systemLibraries or "";
    expectedInterpreter = platform.interpreter or "";
    glibcFloor = platform.glibcFloor or "";
  }
  // lib.optionalAttrs (sizeBudget != { }) { checkSizes = ./checkSizes.sh; }
  # NB: only where it is stated, so that a budget builds no other service again, and only in the last step: no dependency.
  // sizeBudget;
}
// {
  # For services that start from this one, and for tests.
  cargoArtifacts = dependencies;
  inherit objects;
}
