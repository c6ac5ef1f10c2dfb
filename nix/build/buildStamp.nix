# crates/build-stamp for the build machine: writes the stamp of an executable.
{
  crane,
  toolchain,
  packageArgs,
  ...
}:
crane.buildPackage (
  toolchain.hostEnvironment
  // packageArgs "build-stamp"
  // {
    pname = "build-stamp";
    version = "0";
    # NB: it reads and writes a few kilobytes, and is built before everything that it stamps.
    CARGO_PROFILE = "dev";
    cargoArtifacts = null;
    doCheck = false;
    cargoExtraArgs = "--locked --package build-stamp";
  }
)
