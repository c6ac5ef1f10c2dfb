# Empties every crate of a workspace: keeps the lock file, reduces each manifest to what affects the dependencies, and puts
# an empty file in place of each kind of target.
{ toolchain, ... }:
{ src, ... }:
let
  lib = import ../lib.nix;
  toTOML = import ./toTOML.nix;

  origin = src.origSrc or src;
  keeps = src.filter or (path: type: true);

  # All folders with a manifest, relative to src; the root itself is "".
  cratesBelow =
    folder:
    let
      entries = builtins.readDir (origin + "/${folder}");
      isCrateFolder =
        name:
        entries.${name} == "directory"
        && name != "target"
        && keeps "${toString origin}/${below name}" "directory";
      below = name: if folder == "" then name else "${folder}/${name}";
      folders = builtins.filter isCrateFolder (builtins.attrNames entries);
    in
    lib.optional (entries ? "Cargo.toml") folder
    ++ builtins.concatMap (name: cratesBelow (below name)) folders;

  only = names: builtins.intersectAttrs (lib.genAttrs names (_: null));
  reduced =
    key: names: manifest:
    lib.optionalAttrs (manifest ? ${key}) { ${key} = only names manifest.${key}; };

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
    // lib.optionalAttrs (manifest ? workspace) {
      workspace =
        only [
          "dependencies"
          "exclude"
          "members"
          "resolver"
        ] manifest.workspace
        // reduced "package" packageKeys manifest.workspace;
    };

  crate =
    folder:
    let
      manifest = builtins.fromTOML (builtins.readFile (origin + "/${folder}/Cargo.toml"));
      has = file: builtins.pathExists (origin + "/${folder}/${file}");
      hasLibrary = manifest ? lib || has "src/lib.rs";
      hasExecutable = manifest ? bin || has "src/main.rs" || has "src/bin";
      targets =
        lib.optionals (manifest ? package) (
          lib.optional (hasLibrary || !hasExecutable) "src/lib.rs"
          ++ lib.optional hasExecutable "src/main.rs"
          ++ lib.optional (manifest.package ? build || has "build.rs") "build.rs"
        );
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
  lockFile = builtins.toFile "Cargo.lock" (builtins.readFile (origin + "/Cargo.lock"));
}
