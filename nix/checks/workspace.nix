# clippy, rustdoc, rustfmt and the tests of the workspace, with the compiler that builds its releases; and the program of it that
# only tests run.
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
    # NB: only debug builds do without a stamp, which would make these checks new for every commit.
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
  # NB: cargo does not tell rustdoc, which links the examples in the documents, which linker to use.
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
