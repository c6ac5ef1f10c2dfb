# Reads a Cargo workspace at evaluation time: its packages and what each needs, as the Cargo Book's chapters on workspaces,
# targets and dependencies say. Throws, with the remedy, if cargo could not build it here; nothing is built before that.
{
  # The workspace's folder, a path.
  src,
  # The compiler's version, which every rust-version is held against.
  rustVersion,
}:
let
  lib = import ../lib.nix;
  folders = import ./folders.nix { inherit src; };

  root = folders.readManifest "";
  roots = import ./roots.nix { inherit folders root; };
  lock = folders.readTOML "Cargo.lock";

  isExcluded = roots.excludes "";
  # The folders of [patch]: their crates take the place of any dependency's, so every build reads them.
  patched = builtins.concatMap (
    registry:
    map (
      crate:
      folders.resolve {
        folder = "";
        inherit (crate) path;
        what = "the patch with path = \"${crate.path}\"";
      }
    ) (builtins.filter (crate: crate ? path) (builtins.attrValues registry))
  ) (builtins.attrValues (root.patch or { }));
  listed = builtins.filter (folder: !isExcluded folder) (
    builtins.concatMap folders.matching (roots.membersOf "")
  );

  readPackage = import ./package.nix { inherit folders roots; };
  # All that can be reached from some folders, by folder.
  reachableFrom =
    next: start:
    map (node: node.key) (
      builtins.genericClosure {
        startSet = map (key: { inherit key; }) start;
        operator = { key }: map (key: { inherit key; }) (next key);
      }
    );
  # NB: like cargo, count path dependencies as members, but only if there is a [workspace], and read the dev-dependencies of
  # members alone.
  isMember =
    folder: folder == "" || root ? workspace && !(isExcluded folder || builtins.elem folder patched);
  # NB: a node has its package, so that each manifest is read once.
  node = folder: {
    key = folder;
    package = readPackage folder;
  };
  nodes = builtins.genericClosure {
    startSet = map node (lib.optional (root ? package) "" ++ listed ++ patched);
    operator =
      { key, package }:
      map node (
        (if isMember key then package.reachable else package.reads)
        # NB: cargo reads a manifest that others inherit from like any, so a package needs its files.
        ++ builtins.filter (folder: roots.manifestOf folder ? package) package.inheritsFrom
      );
  };
  packagesByFolder = builtins.listToAttrs (map (node: lib.nameValuePair node.key node.package) nodes);
  # The roots of other workspaces that packages inherit from and that are no packages.
  otherRoots = lib.subtractLists (builtins.attrNames packagesByFolder) (
    lib.unique (
      builtins.concatMap (package: package.inheritsFrom) (builtins.attrValues packagesByFolder)
    )
  );
  rootOnly = folder: {
    manifest = roots.manifestOf folder;
    executables = [ ];
    hasBuildScript = false;
    hasLibrary = false;
    inheritsFrom = [ ];
    isPackage = false;
    reads = [ ];
  };
  byFolder = packagesByFolder // lib.genAttrs otherRoots rootOnly;

  lockedPackages = lock.package or [ ];
  lockedByName = builtins.groupBy (entry: entry.name) lockedPackages;
  # An entry's dependency is "name", "name version" or "name version (source)".
  dependencyNames =
    entry: map (text: builtins.head (builtins.split " " text)) (entry.dependencies or [ ]);
  # NB: by name only, so it may find more than cargo would.
  dependenciesOf = name: builtins.concatMap dependencyNames (lockedByName.${name} or [ ]);
  checked = import ./checked.nix {
    inherit lockedByName dependencyNames rustVersion;
    members = builtins.attrValues members;
  };
  # NB: what has a [workspace] of its own is no member. Cargo says so, but not which folder to exclude.
  members = builtins.mapAttrs (
    folder: package:
    if folder != "" && package.manifest ? workspace then
      throw "samebits: '${package.file}' has a [workspace] of its own, so it cannot belong to that of 'Cargo.toml'; exclude it there: exclude = [\"${folder}\"]"
    else
      package
  ) (lib.filterAttrs (folder: _: isMember folder) packagesByFolder);
  others = removeAttrs packagesByFolder (builtins.attrNames members);
  named = packages: map (package: lib.nameValuePair package.name package) packages;
  # NB: two members may not have the same name, but a member and a patch may.
  byName = builtins.groupBy (package: package.name) (builtins.attrValues members);
  unique =
    _: packages:
    if builtins.length packages == 1 then
      checked (builtins.head packages)
    else
      throw "samebits: two packages of the workspace are called '${(builtins.head packages).name}', which cargo refuses; they are in: ${
        toString (map (package: "'${package.folder}'") packages)
      }";
in
{
  # The root's manifest. It may have a [package] of its own.
  inherit root;

  # The flags for rustc that .cargo/config.toml adds.
  inherit (import ./config.nix { inherit folders; }) cfgFlags;

  # Every folder of the source with a manifest that builds read: packages, members or not, and the roots of other workspaces.
  # Unlike those of `packages` they are not checked.
  inherit byFolder;

  # Each package of the workspace by name (package.nix), and those that are no members, too.
  members = builtins.mapAttrs unique byName;
  packages =
    builtins.listToAttrs (named (builtins.attrValues others)) // builtins.mapAttrs unique byName;

  # The folders that a build of a package reads: its own, those of its path dependencies, and those that they inherit from.
  foldersOf =
    package:
    reachableFrom (folder: byFolder.${folder}.reads ++ byFolder.${folder}.inheritsFrom) (
      [ package.folder ] ++ patched
    );
}
