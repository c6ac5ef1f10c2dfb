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
  # Whether the executable keeps its symbols, for those who look into it.
  keepSymbols ? false,
}:
let
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
  // (
    if keepSymbols then
      toolchain.withSymbols environment // { pname = "${name}-symbols"; }
    else
      { }
  )
  // {
    cargoArtifacts = crane.buildDepsOnly commonArgs;
    postInstall = "source ${./checkExecutables.sh}";
    inherit (toolchain) llvm;
    expectedFileFormat = platform.fileFormat;
    expectedLinkage = platform.linkage;
    systemLibraries = platform.systemLibraries or "";
    expectedInterpreter = platform.interpreter or "";
    glibcFloor = platform.glibcFloor or "";
  }
)
