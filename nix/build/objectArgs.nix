# The arguments with which crane.buildPackage compiles executables and leaves linking to link.nix.
{ toolchain, featureFlags }:
toolchain.withKeptLinks {
  # Read by crates/build-info, which then wants the stamp to be linked in.
  SAMEBITS_STAMP = "linked";
  # There is nothing to install yet but what the linker needs, and what cargo says of the build.
  doNotPostBuildInstallCargoBinaries = true;
  inherit (toolchain) hostTriple;
  metadataFlags = toString featureFlags;
  installPhaseCommand = "source ${./keepObjects.sh}";
}
