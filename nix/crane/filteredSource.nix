# A filtered source that can be read before it is in the store, as nixpkgs' lib.cleanSourceWith makes them.
#
# NB: `nix flake check --no-build` writes nothing to the store, so manifests and lock files are read from origSrc.
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
