# The sources of tests/fixtures, built. A crate is built under both sets of conditions for the machine that builds, and
# attested to as a service is: the attestation of one that is irreproducible on purpose does not build.
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
    { crane, toolchain, ... }:
    name:
    crane.buildPackage (
      toolchain.hostEnvironment
      // {
        pname = name;
        src = root + "/tests/fixtures/${name}";
        cargoArtifacts = null;
        doCheck = false;
      }
    );
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
  # Of each platform: a program that needs a library which is not the system's.
  foreign-library = builtins.mapAttrs (name: _: compiled "foreign-library" name) platforms;
  # A program of instructions, one function for each group of them.
  instructions = compiled "instructions" "x86_64-linux";
  # Of each platform of Windows: the library that Debian's wine lacks and Rust's programs need.
  wine-library = builtins.mapAttrs (name: _: compiled "wine-library" name) (
    lib.filterAttrs (_: platform: platform.os == "windows") platforms
  );
}
