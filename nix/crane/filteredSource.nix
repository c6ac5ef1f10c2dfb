# Filters a source, like nixpkgs' lib.cleanSourceWith. The result can be read before it is in the store, and filtered again.
#
# NB: `nix flake check --no-build` writes nothing to the store, so read manifests and lock files from origSrc.
{
  src,
  filter,
  name ? "source",
}:
let
  both = path: type: src.filter or (_: _: true) path type && filter path type;
in
{
  _isLibCleanSourceWith = true;
  inherit name;
  filter = both;
  origSrc = src.origSrc or src;
  outPath = builtins.path {
    inherit name;
    filter = both;
    path = src.origSrc or src;
  };
}
