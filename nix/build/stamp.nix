# What a build says of the commit that it was made from, out of what Nix knows of the flake.
{ self, root }:
{
  inherit ((builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package) version;
  revision = self.rev or "unknown";
  # NB: only a clean checkout has a rev; a changed one, or a folder without git, is no commit.
  dirty = !(self ? rev);
  epochSeconds = self.lastModified;
}
