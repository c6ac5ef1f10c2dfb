# rebuild-verifier for the build machine. It makes the attestations.
{
  # The builders of samebits' own workspace (../builders.nix), under the original conditions.
  original,
  version,
}:
let
  inherit (original)
    crane
    link
    packageArgs
    toolchain
    ;
  package = "rebuild-verifier";
  objectArgs = import ./objectArgs.nix {
    inherit toolchain;
    featureFlags = [ ];
  };
  commonArgs = packageArgs package // {
    inherit version;
    inherit (objectArgs) SAMEBITS_STAMP;
    pname = package;
    doCheck = false;
    cargoExtraArgs = "--locked --package ${package}";
  };
in
link {
  inherit package version;
  pname = package;
  target = toolchain.hostTriple;
  environment = toolchain.hostLinkEnvironment;
  stamped = true;
  objects = crane.buildPackage (
    commonArgs
    // objectArgs
    // {
      pname = "${package}-objects";
      cargoArtifacts = crane.buildDepsOnly (commonArgs // { cargoCheckCommand = "true"; });
    }
  );
}
