# The sources that the builds of a workspace see. A service's source is its package and what that depends on in the workspace;
# all other packages are in it as empty crates, because the lock file names them. So a change of one service builds no other.
{
  # The workspace's folder, and what ../cargo read there.
  src,
  cargo,
  # Files and folders outside of the packages that every build needs, and those that only the tests read.
  extraSources,
  testSources,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  # NB: sorted, so that a folder precedes those below it.
  folders = builtins.attrNames cargo.byFolder;

  # Cargo's own files in the root, and those that only the checks read.
  cargosFiles = [ ".cargo" ];
  checksFiles = [
    ".clippy.toml"
    ".rustfmt.toml"
    "clippy.toml"
    "rustfmt.toml"
  ];
  # What never belongs to a package whose folder is the root.
  notInRoot = [
    ".git"
    ".github"
    ".gitignore"
    ".gitlab-ci.yml"
    "Cargo.lock"
    "flake.lock"
    "flake.nix"
  ];

  existing = builtins.filter (path: builtins.pathExists (src + "/${path}"));
  # NB: the whole source, or what is outside of it, would replace the package's own files.
  isBelow = path: builtins.match "(|\\.?/.*|\\.|(.*/)?\\.\\.(/.*)?)" path == null;
  absentFrom =
    argument:
    builtins.concatMap (
      path:
      if !isBelow path then
        [
          "samebits: ${argument}: '${path}' is no path of a file or folder in the source, such as \"proto\""
        ]
      else
        lib.optional (
          !builtins.pathExists (src + "/${path}")
        ) "samebits: ${argument}: '${path}' is not in the source"
    );

  # A package's folder without the packages below it and without what cargo builds. Of another workspace's root, the manifest.
  packageTree =
    folder:
    let
      top = toString (if folder == "" then src else src + "/${folder}");
      isOtherPackage = path: builtins.any (other: path == "${toString src}/${other}") folders;
      isPackage = cargo.byFolder.${folder}.isPackage;
      isTarget = path: baseNameOf path == "target" && builtins.pathExists (path + "/CACHEDIR.TAG");
      isLeftOut =
        path: type:
        folder == ""
        && dirOf path == top
        && (
          builtins.elem (baseNameOf path) notInRoot
          || type == "symlink" && builtins.match "result(-.*)?" (baseNameOf path) != null
        );
    in
    builtins.path {
      name = "package";
      path = if folder == "" then src else src + "/${folder}";
      filter =
        path: type:
        if isPackage then
          !(isLeftOut path type || type == "directory" && (isOtherPackage path || isTarget path))
        else
          path == "${top}/Cargo.toml";
    };

  # NB: a path in the store on its own, so that other files do not matter.
  single =
    path:
    builtins.path {
      name = "file";
      path = src + "/${path}";
    };

  overlay =
    {
      toolchain,
      name,
      dummySrc,
      realFolders,
      files,
    }:
    toolchain.shell {
      name = "source-${name}";
      script = ./sources.sh;
      inherit dummySrc;
      # NB: one per line, because a folder's name may have spaces.
      packages = lib.lines (map (folder: if folder == "" then "." else folder) folders);
      trees = map (folder: if builtins.elem folder realFolders then packageTree folder else "-") folders;
      files = lib.lines ([ "Cargo.toml" ] ++ files);
      copies = map single ([ "Cargo.toml" ] ++ files);
    };
  checked = names.orThrow (
    absentFrom "extraSources" extraSources ++ absentFrom "testSources" testSources
  );
in
{
  # The source for a build of one package.
  ofPackage =
    {
      toolchain,
      dummySrc,
      package,
    }:
    checked (overlay {
      inherit toolchain dummySrc;
      name = package;
      realFolders = cargo.foldersOf cargo.packages.${package};
      files = existing cargosFiles ++ extraSources;
    });

  # The source of the whole workspace.
  whole =
    { toolchain, dummySrc }:
    checked (overlay {
      inherit toolchain dummySrc;
      name = "workspace";
      realFolders = folders;
      files = existing (cargosFiles ++ checksFiles) ++ extraSources ++ testSources;
    });
}
