# The workspace reduced to what cargo reads, so that a change to documents or Nix files builds nothing again.
{ root }:
let
  rootPath = toString root;
  kept = [
    "Cargo.lock"
    "Cargo.toml"
    "clippy.toml"
    "crates"
    "examples"
    "rustfmt.toml"
  ];
in
import ../crane/filteredSource.nix {
  src = root;
  # NB: the fuzz targets are a separate workspace with its own lock file, which no build here reads.
  filter =
    path: type:
    if dirOf path == rootPath then builtins.elem (baseNameOf path) kept else baseNameOf path != "fuzz";
}
