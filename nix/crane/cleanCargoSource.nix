# Reduces a source to what cargo reads: manifests, the lock file, cargo's configuration and Rust code.
src:
import ./filteredSource.nix {
  inherit src;
  filter =
    path: type:
    let
      name = baseNameOf path;
      endsWith = suffix: builtins.match ".*\\.${suffix}" name != null;
    in
    if type == "directory" then
      name != "target" && name != ".git"
    else
      endsWith "rs" || endsWith "toml" || name == "Cargo.lock";
}
