# One cargo call as a derivation; the other functions say which, and what to keep of it.
{ toolchain, vendorCargoDeps, ... }:
{
  pname,
  version ? "0.0.0",
  src,
  # The cargo call (a bash command line), and the script that installs from what it made.
  buildPhaseCargoCommand,
  installPhase ? "mkdir -p $out",
  # A derivation of buildDepsOnly, whose target folder the build starts from; null for none.
  cargoArtifacts,
  # What is appended to pname.
  pnameSuffix ? "",
  cargoVendorDir ? vendorCargoDeps { inherit src; },
  cargoExtraArgs ? "--locked",
  CARGO_PROFILE ? "release",
  # Whether the target folder is kept as $out/target, for others to start from.
  doInstallCargoArtifacts ? false,
  # Accepted for crane's sake: nothing undeclared is ever in this sandbox.
  strictDeps ? true,
  ...
}@args:
toolchain.shell (
  removeAttrs args [
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
  }
)
