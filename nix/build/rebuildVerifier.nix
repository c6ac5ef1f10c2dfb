# rebuild-verifier for the build machine. It makes the attestations.
{
  # The builders of samebits' own workspace (../builders.nix), under the original conditions.
  original,
  version,
}:
let
  inherit (original)
    crane
    toolchain
    packageArgs
    stamp
    ;
  commonArgs = packageArgs "rebuild-verifier" // {
    pname = "rebuild-verifier";
    inherit version;
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
    cargoArtifacts = crane.buildDepsOnly (commonArgs // { cargoCheckCommand = "true"; });
  }
)
