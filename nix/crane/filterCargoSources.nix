# Whether cargo reads a file of a source: manifests, lock files, cargo's configuration and Rust code. Folders are kept.
_: path: type:
let
  lib = import ../lib.nix;
  name = baseNameOf path;
in
type == "directory"
|| lib.hasSuffix ".rs" name
|| lib.hasSuffix ".toml" name
|| name == "Cargo.lock"
|| name == "config" && baseNameOf (dirOf path) == ".cargo"
