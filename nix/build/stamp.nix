# What a build states about its commit, taken from what Nix knows about the flake.
{
  self,
  # The argument `stamp` of mkWorkspace; false for executables without a stamp.
  stated ? { },
}:
let
  types = import ../types.nix;
  inherit (import ../names.nix) orThrow problems;

  settings = if stated == false then { } else stated;
  versionFrom = settings.version or "cargo";
  wrongTypes = types.problems "stamp." { version = types.text; } settings;
  wrong =
    problems "field of stamp" [ "version" ] (builtins.attrNames settings)
    ++
      problems "value of stamp.version"
        [
          "cargo"
          "git"
        ]
        [ versionFrom ];

  # NB: only a clean checkout has a rev. A modified checkout, or a folder without git, is not a commit.
  revision = self.rev or "unknown";
  dirty = !(self ? rev);

  # Go's form of a version that no tag names: Cargo's version, the commit's time in UTC, and its first digits.
  # NB: Nix does not tell a flake about git's tags.
  gitVersion =
    version:
    "${version}-${self.lastModifiedDate}-${
      if dirty then "dirty" else builtins.substring 0 12 revision
    }";
in
orThrow (if wrongTypes != [ ] then wrongTypes else wrong) {
  inherit revision;
  epochSeconds = self.lastModified;
  # Whether executables are stamped.
  isOn = stated != false;
  # What crates/build-stamp writes into an executable, besides what it finds out itself. Without a stamp, nothing of the commit.
  fields =
    {
      name,
      version,
      target,
      toolchain,
      profile,
      stamped,
    }:
    {
      inherit name target profile;
      toolchain = "rustc ${toolchain.rust.version}";
    }
    // (
      if stamped then
        {
          inherit revision dirty;
          version = if versionFrom == "git" then gitVersion version else version;
          version_from = versionFrom;
          source_date_epoch = self.lastModified;
        }
      else
        {
          inherit version;
          revision = "unknown";
          dirty = true;
          source_date_epoch = toolchain.sourceDateEpoch;
        }
    );
}
