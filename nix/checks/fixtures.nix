# The crates of tests/fixtures, each built under both sets of conditions for the machine that builds.
{
  original,
  rebuilt,
  root,
}:
let
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
  both = name: {
    original = build original name;
    rebuilt = build rebuilt name;
  };
in
{
  conditions = both "conditions";
}
