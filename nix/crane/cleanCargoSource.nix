# A source with only what cargo looks at: manifests, the lock file, cargo's configuration and Rust code.
src:
builtins.path {
  name = "source";
  path = src;
  filter =
    path: type:
    let
      name = baseNameOf path;
      hasSuffix = suffix: builtins.match ".*${suffix}" name != null;
    in
    if type == "directory" then name != "target" && name != ".git" else hasSuffix "\\.rs" || hasSuffix "\\.toml" || name == "Cargo.lock";
}
