# Reduces a source to what cargo reads.
{ filterCargoSources, ... }:
src:
let
  origin = src.origSrc or src;
  # What nixpkgs' cleanSource leaves out, and what cargo builds.
  isLeftOut =
    path: type:
    type == "directory"
    && builtins.elem (baseNameOf path) [
      ".git"
      ".hg"
      ".svn"
      "target"
    ];
in
import ./filteredSource.nix {
  inherit src;
  name = import ./sourceName.nix origin;
  filter = path: type: filterCargoSources path type && !isLeftOut path type;
}
