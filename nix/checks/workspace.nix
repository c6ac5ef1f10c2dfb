# Runs clippy, rustdoc, rustfmt and the tests on the workspace, with the compiler that builds the releases. Also builds
# format-oracles, a program that only tests run.
{
  crane,
  toolchain,
  source,
}:
let
  commonArgs = toolchain.hostEnvironment // {
    pname = "workspace";
    src = source;
    strictDeps = true;
    cargoExtraArgs = "--locked --workspace";
    # NB: only debug builds need no stamp. A stamp would build these checks again at every commit.
    CARGO_PROFILE = "dev";
  };
  args = commonArgs // {
    cargoArtifacts = crane.buildDepsOnly commonArgs;
  };
in
{
  workspace-clippy = crane.cargoClippy args;
  workspace-doc = crane.cargoDoc (args // { RUSTDOCFLAGS = "--deny warnings"; });
  workspace-fmt = crane.cargoFmt commonArgs;
  # NB: rustdoc links the doc tests, and cargo does not pass its linker setting on to rustdoc.
  workspace-test = crane.cargoTest (
    args
    // {
      RUSTDOCFLAGS = "-Clinker=${toolchain.hostEnvironment.CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER}";
    }
  );
  format-oracles = crane.buildPackage (
    args
    // {
      pname = "format-oracles";
      cargoExtraArgs = "--locked --package format-oracles";
      doCheck = false;
    }
  );
}
