# What a build says of the commit that it was made from, out of what Nix knows of the flake.
{ self, root }:
let
  stamp = {
    inherit ((builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package) version;
    revision = self.rev or "unknown";
    # NB: only a clean checkout has a rev; a changed one, or a folder without git, is no commit.
    dirty = !(self ? rev);
    epochSeconds = self.lastModified;
  };
in
stamp
// {
  # The variables that crates/build-info reads when it is compiled, and what has it see the time of the commit.
  environment =
    { target, toolchain }:
    {
      RUSTC_WORKSPACE_WRAPPER = toolchain.rustcAtCommit;
      COMMIT_TIME = toString stamp.epochSeconds;
      SAMEBITS_REVISION = stamp.revision;
      SAMEBITS_DIRTY = if stamp.dirty then "true" else "false";
      SAMEBITS_TARGET = target;
      SAMEBITS_TOOLCHAIN = "rustc ${toolchain.rust.version}";
    };
}
