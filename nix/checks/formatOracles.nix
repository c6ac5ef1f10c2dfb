# format-oracles: other libraries' readers of the formats, a program that only tests run.
{
  crane,
  toolchain,
  packageArgs,
  ...
}:
crane.buildPackage (
  toolchain.hostEnvironment
  // packageArgs "format-oracles"
  // {
    pname = "format-oracles";
    cargoExtraArgs = "--locked --package format-oracles";
    # NB: only a debug build needs no stamp.
    CARGO_PROFILE = "dev";
    doCheck = false;
  }
)
