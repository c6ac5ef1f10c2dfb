# What a build states about its commit, taken from what Nix knows about the flake.
{ self }:
let
  stamp = {
    revision = self.rev or "unknown";
    # NB: only a clean checkout has a rev. A modified checkout, or a folder without git, is not a commit.
    dirty = !(self ? rev);
    epochSeconds = self.lastModified;
  };
in
stamp
// {
  # The variables that crates/build-info reads at compile time, and the wrapper that gives it the commit's time.
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
