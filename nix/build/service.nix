# One service for one platform under one set of conditions: dependencies first, then the stamped service, then checked.
{
  # crane's functions and the toolchain record, both for the same conditions.
  crane,
  toolchain,
  source,
  # What this commit is: revision, dirty, epochSeconds (see stamp.nix).
  stamp,
}:
{
  # The flake attribute, which names the derivation.
  name,
  service,
  platform,
}:
let
  commonArgs = toolchain.platformEnvironment platform // {
    pname = name;
    inherit (service) package;
    inherit (stamp) version;
    src = source;
    strictDeps = true;
    # A foreign executable's tests run where there is an emulator, in tests/, not in the build.
    doCheck = false;
    cargoExtraArgs = "--locked --package ${service.package}";
  };
in
crane.buildPackage (
  commonArgs
  // {
    cargoArtifacts = crane.buildDepsOnly commonArgs;

    SOURCE_DATE_EPOCH = toString stamp.epochSeconds;
    SAMEBITS_REVISION = stamp.revision;
    SAMEBITS_DIRTY = if stamp.dirty then "true" else "false";
    SAMEBITS_TARGET = platform.triple;
    SAMEBITS_TOOLCHAIN = "rustc ${toolchain.rust.version}";

    postInstall = "source ${./checkExecutables.sh}";
    inherit (toolchain) llvm;
    expectedFileFormat = platform.fileFormat;
    expectedLinkage = platform.linkage;
    systemLibraries = platform.systemLibraries or "";
  }
)
