# The workspace as its builds see it: what cargo reads, so that a change of documents or Nix files rebuilds nothing.
{ root }:
let
  rootPath = toString root;
  kept = [
    "Cargo.lock"
    "Cargo.toml"
    "crates"
    "examples"
  ];
in
import ../crane/filteredSource.nix {
  src = root;
  # NB: the fuzz targets are a workspace of their own, with a lock file that no build here reads.
  filter =
    path: type:
    if dirOf path == rootPath then builtins.elem (baseNameOf path) kept else baseNameOf path != "fuzz";
}
