# Filters a source, like nixpkgs' lib.cleanSourceWith. The result can be read before it is in the store.
#
# NB: `nix flake check --no-build` writes nothing to the store, so read manifests and lock files from origSrc.
{
  src,
  filter,
  name ? "source",
}:
{
  inherit filter name;
  origSrc = src;
  outPath = builtins.path {
    inherit name filter;
    path = src;
  };
}
