# Empties every crate of a workspace: keeps the lock file, reduces each manifest to what affects the dependencies, and puts
# an empty file in place of each target that a command line can name.
{
  filters,
  findCargoFiles,
  toolchain,
  ...
}:
{
  src,
  # The lock file. Default: the source's.
  cargoLock ? null,
  # Which keys of the manifests are kept.
  cleanCargoTomlFilter ? filters.cargoTomlDefault,
  # The files that take the place of each target, and of each build script.
  dummyrs ? null,
  dummyBuildrs ? dummyrs,
  # Bash that changes the result, $out.
  extraDummyScript ? "",
  ...
}:
let
  lib = import ../lib.nix;
  toTOML = import ./toTOML.nix;

  origin = src.origSrc or src;
  # NB: the workspace may be in a folder below, which postUnpack enters. Then that folder is emptied.
  below =
    let
      depth = path: builtins.length (builtins.split "/" (toString path));
      found = builtins.sort (a: b: depth a < depth b) (findCargoFiles src).cargoTomls;
    in
    if builtins.pathExists (origin + "/Cargo.toml") || found == [ ] then
      ""
    else
      lib.removePrefix (toString origin) (dirOf (toString (builtins.head found)));
  root = if below == "" then origin else origin + below;
  cargo = import ../cargo {
    src = root;
    rustVersion = toolchain.rust.version;
  };

  clean = import ./cleanManifest.nix cleanCargoTomlFilter;

  # One folder with its manifest; the targets are those of a package, or none.
  folderWith = folder: manifest: targets: {
    folder = ".${below}/${folder}";
    manifest = builtins.toFile "Cargo.toml" (toTOML manifest);
    targets = map (target: ".${below}/${folder}/${target}") targets;
  };
  # A kind of target besides the library: the paths of the empty files by name. NB: where cargo would look for them, wherever
  # they really are, so that moving one builds no dependency again.
  pathsOf = kind: names: lib.genAttrs names (name: "${kind}/${name}.rs");
  dummy =
    folder: package:
    let
      manifest = clean package.manifest;
      stated = kind: lib.unique (map (target: target.name) (manifest.${kind} or [ ]));
      paths = {
        bench = pathsOf "benches" (stated "bench");
        bin = pathsOf "src/bin" package.executables;
        example = pathsOf "examples" (stated "example");
        test = pathsOf "tests" (stated "test");
      };
      withPaths =
        kind: paths:
        let
          target =
            name:
            builtins.head (
              builtins.filter (target: target.name or null == name) (manifest.${kind} or [ ]) ++ [ { } ]
            );
        in
        lib.mapAttrsToList (name: path: target name // { inherit name path; }) paths;
      hasLibrary = package.hasLibrary || package.executables == [ ];
    in
    folderWith folder
      (
        manifest
        // lib.filterAttrs (_: targets: targets != [ ]) (builtins.mapAttrs withPaths paths)
        // lib.optionalAttrs (manifest ? lib) { lib = removeAttrs manifest.lib [ "path" ]; }
        // {
          package =
            manifest.package
            // lib.genAttrs [
              "autobenches"
              "autobins"
              "autoexamples"
              "autotests"
            ] (_: false)
            // {
              build = if package.hasBuildScript then "build.rs" else false;
            };
        }
      )
      (
        lib.optional hasLibrary "src/lib.rs"
        ++ builtins.concatMap builtins.attrValues (builtins.attrValues paths)
        ++ lib.optional package.hasBuildScript "build.rs"
      );
  crates =
    lib.optional (!(cargo.byFolder ? "")) (folderWith "" (clean cargo.root) [ ])
    # NB: of another workspace's root, which packages inherit from, the manifest is enough.
    ++ lib.mapAttrsToList (
      folder: package:
      if package.isPackage then dummy folder package else folderWith folder (clean package.manifest) [ ]
    ) cargo.byFolder;

  lockFile = if cargoLock == null then root + "/Cargo.lock" else cargoLock;
in
toolchain.shell {
  name = "dummy-source";
  script = ./mkDummySrc.sh;
  # NB: one per line, because a folder's name may have spaces.
  folders = lib.lines (map (crate: crate.folder) crates);
  manifests = map (crate: crate.manifest) crates;
  targets = lib.lines (builtins.concatMap (crate: crate.targets) crates);
  dummyrs = lib.optionalString (dummyrs != null) dummyrs;
  dummyBuildrs = lib.optionalString (dummyBuildrs != null) dummyBuildrs;
  inherit extraDummyScript;
  # NB: it may set variables for the build scripts of dependencies.
  cargoFolder = lib.optionalString (builtins.pathExists (root + "/.cargo")) (
    builtins.path {
      name = "cargo";
      path = root + "/.cargo";
    }
  );
  cargoFolderIn = ".${below}";
  lockFile = lib.optionalString (builtins.pathExists lockFile) (
    builtins.toFile "Cargo.lock" (builtins.readFile lockFile)
  );
}
