# One cargo call as a derivation. The other functions choose the call and what to keep of its result.
{ toolchain, vendorCargoDeps, ... }:
{
  pname,
  version ? "0.0.0",
  src,
  # The cargo call, and the commands that install its result; both are bash.
  buildPhaseCargoCommand,
  installPhase ? "mkdir -p $out",
  # The result of buildDepsOnly whose target folder the build starts from; null for none.
  cargoArtifacts,
  # Appended to pname.
  pnameSuffix ? "",
  cargoVendorDir ? vendorCargoDeps { inherit src; },
  cargoExtraArgs ? "--locked",
  CARGO_PROFILE ? "release",
  # Whether to keep the target folder as $out/target, for later builds to start from.
  doInstallCargoArtifacts ? false,
  # Accepted for compatibility with crane. This sandbox never holds anything undeclared.
  strictDeps ? true,
  ...
}@args:
let
  # NB: cargo's folder for a profile has the profile's name, except for those that are built in.
  builtInProfiles = {
    dev = "debug";
    test = "debug";
    bench = "release";
  };
in
toolchain.shell (
  removeAttrs args [
    "dummySrc"
    "pnameSuffix"
    "strictDeps"
  ]
  // toolchain.cargoSetup
  // {
    name = "${pname}${pnameSuffix}-${version}";
    script = ./mkCargoDerivation.sh;
    tools = [ toolchain.rust ] ++ (args.tools or [ ]);
    inherit
      cargoArtifacts
      cargoVendorDir
      cargoExtraArgs
      CARGO_PROFILE
      buildPhaseCargoCommand
      installPhase
      doInstallCargoArtifacts
      ;
    profileFolder = builtInProfiles.${CARGO_PROFILE} or CARGO_PROFILE;
  }
)
