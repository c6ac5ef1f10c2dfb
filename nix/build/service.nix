# One service for one platform under one set of conditions: dependencies first, then the stamped service, then checked.
{
  # crane's functions and the toolchain record, both for the same conditions.
  crane,
  toolchain,
  source,
  # What this commit is (stamp.nix).
  stamp,
}:
{
  # The flake attribute, which names the derivation.
  name,
  service,
  platform,
  # The dependencies of another service to which this one's are added, a derivation; null for none.
  earlierDependencies,
  # Whether $out/link-map is to tell, for those who look into the executable, what lies where in it. Of ELF only.
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
    # A foreign executable's tests run where there is an emulator, in tests/, not in the build.
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
