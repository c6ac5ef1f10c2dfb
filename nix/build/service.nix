# Builds one service for one platform under one set of conditions: the dependencies, then the stamped service, then its checks.
{
  # crane's functions and the toolchain record, both under the same conditions.
  crane,
  toolchain,
  source,
  # The commit's version, revision and time (stamp.nix).
  stamp,
}:
{
  # The flake attribute, which names the derivation.
  name,
  service,
  platform,
  # The dependency derivation of another service, to which this service's dependencies are added; null for none.
  earlierDependencies,
  # Whether to write the linker's map to $out/link-map, for debugging. ELF only.
  withLinkMap ? false,
}:
let
  lib = import ../lib.nix;
  environment = toolchain.platformEnvironment platform;
  commonArgs = environment // {
    pname = name;
    inherit (stamp) version;
    src = source;
    strictDeps = true;
    # Foreign executables are tested in tests/, which has emulators, not in the build.
    doCheck = false;
    cargoExtraArgs = "--locked --package ${service.package}";
  };
in
crane.buildPackage (
  commonArgs
  // stamp.environment {
    target = platform.triple;
    inherit toolchain;
  }
  // lib.optionalAttrs withLinkMap (
    toolchain.withLinkMap environment // { pname = "${name}-mapped"; }
  )
  // {
    cargoArtifacts = crane.buildDepsOnly (commonArgs // { cargoArtifacts = earlierDependencies; });
    postInstall =
      "source ${./checkExecutables.sh}" + lib.optionalString withLinkMap "; mv \"$LINK_MAP\" \"$out/\"";
    inherit (toolchain) llvm;
    wasmImports = ./wasmImports.awk;
    expectedFileFormat = platform.fileFormat;
    expectedLinkage = platform.linkage;
    systemLibraries = platform.systemLibraries or "";
    expectedInterpreter = platform.interpreter or "";
    glibcFloor = platform.glibcFloor or "";
  }
)
