# The name of a source in the store: that of its package, so that it does not depend on the folder's.
src:
let
  file = src + "/Cargo.toml";
  manifest = if builtins.pathExists file then builtins.fromTOML (builtins.readFile file) else { };
  names = builtins.filter builtins.isString [
    (manifest.package.metadata.crane.name or null)
    (manifest.package.name or null)
    (manifest.workspace.metadata.crane.name or null)
  ];
in
builtins.head (names ++ [ "source" ])
