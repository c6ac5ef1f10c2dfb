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
  filter = path: type: dirOf path != rootPath || builtins.elem (baseNameOf path) kept;
}
