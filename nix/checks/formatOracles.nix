# format-oracles: other libraries' readers of the formats, a program that only tests run.
{ crane, packageArgs, ... }:
crane.buildPackage (
  packageArgs "format-oracles"
  // {
    pname = "format-oracles";
    version = "0.0.0";
    cargoExtraArgs = "--locked --package format-oracles";
    # NB: only a debug build needs no stamp.
    CARGO_PROFILE = "dev";
    doCheck = false;
    # Nothing but the executable is built from its dependencies.
    cargoCheckCommand = "true";
  }
)
