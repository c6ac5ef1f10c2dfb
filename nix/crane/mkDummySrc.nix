# A source in which every crate of the workspace is empty: manifests reduced to what decides the dependencies, the lock
# file, and an empty file for each kind of target.
{ toolchain, ... }:
{ src, ... }:
let
  toTOML = import ./toTOML.nix;

  # Folders with a manifest, relative to src, the root itself as "".
  cratesBelow =
    folder:
    let
      entries = builtins.readDir "${src}/${folder}";
      folders = builtins.filter (name: entries.${name} == "directory" && name != "target") (
        builtins.attrNames entries
      );
    in
    (if entries ? "Cargo.toml" then [ folder ] else [ ])
    ++ builtins.concatMap (name: cratesBelow (if folder == "" then name else "${folder}/${name}")) folders;

  only = names: attrs: builtins.intersectAttrs (builtins.listToAttrs (map (name: { inherit name; value = null; }) names)) attrs;
  reduced =
    key: names: manifest:
    if manifest ? ${key} then { ${key} = only names manifest.${key}; } else { };

  packageKeys = [
    "edition"
    "links"
    "name"
    "resolver"
    "rust-version"
    "version"
  ];
  reduce =
    manifest:
    only [
      "build-dependencies"
      "dependencies"
      "dev-dependencies"
      "features"
      "patch"
      "profile"
      "target"
    ] manifest
    // reduced "package" packageKeys manifest
    // reduced "lib" [
      "crate-type"
      "name"
      "proc-macro"
    ] manifest
    // (
      if manifest ? workspace then
        {
          workspace =
            only [
              "dependencies"
              "exclude"
              "members"
              "resolver"
            ] manifest.workspace
            // reduced "package" packageKeys manifest.workspace;
        }
      else
        { }
    );

  crate =
    folder:
    let
      manifest = builtins.fromTOML (builtins.readFile "${src}/${folder}/Cargo.toml");
      has = file: builtins.pathExists "${src}/${folder}/${file}";
      hasLibrary = manifest ? lib || has "src/lib.rs";
      hasExecutable = manifest ? bin || has "src/main.rs" || has "src/bin";
      targets =
        if manifest ? package then
          (if hasLibrary || !hasExecutable then [ "src/lib.rs" ] else [ ])
          ++ (if hasExecutable then [ "src/main.rs" ] else [ ])
          ++ (if manifest.package ? build || has "build.rs" then [ "build.rs" ] else [ ])
        else
          [ ];
    in
    {
      folder = if folder == "" then "." else folder;
      manifest = builtins.toFile "Cargo.toml" (toTOML (reduce manifest));
      targets = map (target: "${folder}/${target}") targets;
    };
  crates = map crate (cratesBelow "");
in
toolchain.shell {
  name = "dummy-source";
  script = ./mkDummySrc.sh;
  folders = map (crate: crate.folder) crates;
  manifests = map (crate: crate.manifest) crates;
  targets = builtins.concatMap (crate: crate.targets) crates;
  lockFile = builtins.toFile "Cargo.lock" (builtins.readFile "${src}/Cargo.lock");
}
