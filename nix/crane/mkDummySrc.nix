# A source in which every crate of the workspace is empty: manifests reduced to what decides the dependencies, the lock
# file, and an empty file for each kind of target.
{ toolchain, ... }:
{ src, ... }:
let
  toTOML = import ./toTOML.nix;

  origin = src.origSrc or src;
  keeps = src.filter or (path: type: true);

  # Folders with a manifest, relative to src, the root itself as "".
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
    (if entries ? "Cargo.toml" then [ folder ] else [ ])
    ++ builtins.concatMap (name: cratesBelow (below name)) folders;

  only =
    names: attrs:
    builtins.listToAttrs (
      builtins.concatMap (
        name:
        if attrs ? ${name} then
          [
            {
              inherit name;
              value = attrs.${name};
            }
          ]
        else
          [ ]
      ) names
    );
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
      manifest = builtins.fromTOML (builtins.readFile (origin + "/${folder}/Cargo.toml"));
      has = file: builtins.pathExists (origin + "/${folder}/${file}");
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
  lockFile = builtins.toFile "Cargo.lock" (builtins.readFile (origin + "/Cargo.lock"));
}
