# Runs clippy, rustdoc, rustfmt and the tests on a workspace, with the compiler that builds the releases.
{
  crane,
  workspaceArgs,
  ...
}:
let
  commonArgs = workspaceArgs // {
    pname = "workspace";
    version = "0.0.0";
    cargoExtraArgs = "--locked --workspace";
    # Tests run with debug assertions.
    CARGO_PROFILE = "dev";
  };
  args = commonArgs // {
    cargoArtifacts = crane.buildDepsOnly commonArgs;
    # Nothing starts from what a check has compiled.
    doInstallCargoArtifacts = false;
  };
in
{
  workspace-clippy = crane.cargoClippy (
    args // { cargoClippyExtraArgs = "--all-targets -- --deny warnings"; }
  );
  workspace-doc = crane.cargoDoc (args // { RUSTDOCFLAGS = "--deny warnings"; });
  workspace-fmt = crane.cargoFmt (
    removeAttrs args [ "cargoArtifacts" ]
    // {
      cargoExtraArgs = "--all";
    }
  );
  workspace-test = crane.cargoTest args;
}
