# Every service for every platform that it is for, as the flake names it: <service>-<platform>, with .rebuild, .definition and
# .attestation beside the executable; of one in ELF also .mapped, the same again with the linker's map of it.
{
  # The builders of each set of conditions (builders.nix).
  original,
  rebuilt,
  platforms,
  services,
  version,
  # The crates of the lock file, unpacked.
  vendor,
  defineBuild,
  attestBuilds,
}:
let
  lib = import ./lib.nix;

  # What service.nix is told.
  serviceArgs =
    {
      builders,
      service,
      platform,
    }:
    {
      service = services.${service};
      name = "${service}-${platform}";
      platform = platforms.${platform};
      earlierDependencies =
        if services.${service} ? startsFrom then
          (build {
            inherit builders platform;
            service = services.${service}.startsFrom;
          }).cargoArtifacts
        else
          null;
    };

  # The executable of a service for a platform.
  build =
    {
      builders,
      service,
      platform,
    }@which:
    if platforms.${platform} ? slices then
      builders.joinSlices {
        name = "${service}-${platform}";
        inherit version;
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
