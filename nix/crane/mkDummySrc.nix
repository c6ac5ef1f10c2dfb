# Empties every crate of a workspace: keeps the lock file, reduces each manifest to what affects the dependencies, and puts
# an empty file in place of each kind of target.
{ toolchain, ... }:
{ src, ... }:
let
  lib = import ../lib.nix;
  toTOML = import ./toTOML.nix;

  origin = src.origSrc or src;
  cargo = import ../cargo {
    src = origin;
    rustVersion = toolchain.rust.version;
  };

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
      "build_dependencies"
      "dependencies"
      "dev-dependencies"
      "dev_dependencies"
      "features"
      "patch"
      "profile"
      "target"
    ] manifest
    // reduced "package" packageKeys manifest
    // reduced "lib" [
      "crate-type"
      "crate_type"
      "name"
      "proc-macro"
      "proc_macro"
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

  # One folder with its manifest; the targets are those of a package, or none.
  folderWith = folder: manifest: targets: {
    folder = if folder == "" then "." else folder;
    manifest = builtins.toFile "Cargo.toml" (toTOML (reduce manifest));
    targets = map (target: "${folder}/${target}") targets;
  };
  dummy =
    folder: package:
    let
      hasExecutable = package.executables != [ ];
    in
    folderWith folder package.manifest (
      lib.optional (package.hasLibrary || !hasExecutable) "src/lib.rs"
      ++ lib.optional hasExecutable "src/main.rs"
      ++ lib.optional package.hasBuildScript "build.rs"
    );
  crates =
    lib.optional (!(cargo.byFolder ? "")) (folderWith "" cargo.root [ ])
    ++ lib.mapAttrsToList dummy cargo.byFolder;
in
toolchain.shell {
  name = "dummy-source";
  script = ./mkDummySrc.sh;
  # NB: one per line, because a folder's name may have spaces.
  folders = lib.lines (map (crate: crate.folder) crates);
  manifests = map (crate: crate.manifest) crates;
  targets = lib.lines (builtins.concatMap (crate: crate.targets) crates);
  # NB: it may set variables for the build scripts of dependencies.
  cargoFolder = lib.optionalString (builtins.pathExists (origin + "/.cargo")) (
    builtins.path {
      name = "cargo";
      path = origin + "/.cargo";
    }
  );
  lockFile = builtins.toFile "Cargo.lock" (builtins.readFile (origin + "/Cargo.lock"));
}
