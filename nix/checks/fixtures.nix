# Builds the sources of tests/fixtures. A crate is built for the build machine under both sets of conditions and attested to
# like a service; the attestation of an intentionally irreproducible crate fails to build.
{
  original,
  rebuilt,
  root,
  platforms,
  defineBuild,
  attestBuilds,
}:
let
  lib = import ../lib.nix;
  build =
    { crane, ... }:
    name:
    crane.buildPackage {
      pname = name;
      src = root + "/tests/fixtures/${name}";
      cargoArtifacts = null;
      doCheck = false;
    };
  both =
    name:
    let
      builds = {
        original = build original name;
        rebuilt = build rebuilt name;
      };
    in
    builds
    // {
      attestation = attestBuilds (
        builds
        // {
          inherit name;
          definition = defineBuild {
            inherit name;
            platformName = "x86_64-linux";
            stamped = false;
            platform.triple = "x86_64-unknown-linux-gnu";
            vendor = builds.original.cargoVendorDir;
          };
        }
      );
    };

  compiled =
    name: platformName:
    original.toolchain.shell (
      original.toolchain.platformEnvironment platforms.${platformName}
      // {
        name = "${name}-${platformName}";
        script = root + "/tests/fixtures/${name}/build.sh";
        source = root + "/tests/fixtures/${name}";
        inherit (platforms.${platformName}) os;
        inherit (original.toolchain) zig;
      }
    );
in
{
  conditions = both "conditions";
  # For each platform, a program that needs a library which the system does not have.
  foreign-library = builtins.mapAttrs (name: _: compiled "foreign-library" name) platforms;
  # A program with one function for each group of instructions.
  instructions = compiled "instructions" "x86_64-linux";
  # For each platform, a program that times what it asks of its C library (tests/benchmarks/libc).
  libc-costs = builtins.mapAttrs (
    name: platform:
    original.crane.buildPackage (
      original.toolchain.platformEnvironment platform
      // {
        pname = "libc-costs-${name}";
        src = root + "/tests/fixtures/libc-costs";
        cargoArtifacts = null;
        doCheck = false;
      }
    )
  ) platforms;
  # For each Windows platform, the DLL that Rust programs need and Debian's wine lacks.
  wine-library = builtins.mapAttrs (name: _: compiled "wine-library" name) (
    lib.filterAttrs (_: platform: platform.os == "windows") platforms
  );
}
