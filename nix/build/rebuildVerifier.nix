# rebuild-verifier for the build machine. It makes the attestations.
{
  crane,
  toolchain,
  source,
  stamp,
}:
let
  commonArgs = toolchain.hostEnvironment // {
    pname = "rebuild-verifier";
    inherit (stamp) version;
    src = source;
    strictDeps = true;
    doCheck = false;
    cargoExtraArgs = "--locked --package rebuild-verifier";
  };
in
crane.buildPackage (
  commonArgs
  // stamp.environment {
    target = "x86_64-unknown-linux-gnu";
    inherit toolchain;
  }
  // {
    cargoArtifacts = crane.buildDepsOnly commonArgs;
  }
)
