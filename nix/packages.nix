# One flake package for each service and each of its platforms: <service>-<platform>, with the attributes .rebuild,
# .definition, .attestation and .unstamped. An ELF executable also has .mapped, the same build with its symbols and the linker's
# map beside it.
{
  # The builders under each set of conditions (builders.nix).
  original,
  rebuilt,
  # Every platform's entry, and every service (build/services.nix) with the names of its platforms.
  platforms,
  services,
  # The size budgets (build/sizes.nix).
  sizes,
  # The unpacked crates of the lock file.
  vendor,
  defineBuild,
  attestBuilds,
}:
let
  lib = import ./lib.nix;
  sizeBudget = service: platform: sizes.${service}.${platform} or { };

  # The arguments of buildService (build/service.nix).
  serviceArgs =
    {
      builders,
      service,
      platform,
      stamped ? services.${service}.stamped,
    }:
    {
      inherit stamped;
      service = services.${service};
      name = "${service}-${platform}";
      platform = platforms.${platform};
      sizeBudget = sizeBudget service platform;
      earlierDependencies =
        if services.${service} ? startsFrom then
          (build {
            inherit builders platform;
            service = services.${service}.startsFrom;
          }).cargoArtifacts
        else
          null;
    };

  # Builds a service for a platform: one executable, or the joined slices.
  build =
    {
      builders,
      service,
      platform,
      ...
    }@which:
    if platforms.${platform} ? slices then
      builders.joinSlices {
        name = "${service}-${platform}";
        inherit (services.${service}) version;
        sizeBudget = sizeBudget service platform;
        slices = map (slice: build (which // { platform = slice; })) platforms.${platform}.slices;
      }
    else
      builders.buildService (serviceArgs which);

  package =
    service: platform:
    let
      name = "${service}-${platform}";
      first = {
        builders = original;
        inherit service platform;
      };
      builds = {
        original = build first;
        rebuilt = build (first // { builders = rebuilt; });
      };
      definition = defineBuild {
        inherit name vendor;
        inherit (services.${service}) stamped;
        platform = platforms.${platform};
        platformName = platform;
      };
      isElf = builtins.match "elf.*" (platforms.${platform}.fileFormat or "") != null;
    in
    lib.nameValuePair name (
      builds.original
      // {
        rebuild = builds.rebuilt;
        inherit definition;
        # The same build without the stamp of a commit: only what it is built from decides its derivation.
        unstamped = build (first // { stamped = false; });
        attestation = attestBuilds (builds // { inherit name definition; });
      }
      // lib.optionalAttrs isElf {
        mapped = original.buildService (serviceArgs first // { withLinkMap = true; });
      }
    );
in
builtins.listToAttrs (
  builtins.concatMap (service: map (package service) services.${service}.platforms) (
    builtins.attrNames services
  )
)
