# Runs clippy, rustdoc, rustfmt and the tests on a workspace, with the compiler that builds the releases.
{
  crane,
  toolchain,
  workspaceArgs,
  ...
}:
let
  commonArgs =
    toolchain.hostEnvironment
    // workspaceArgs
    // {
      pname = "workspace";
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
}
