# What a build must know of one package of a workspace, from its manifest and its files.
{
  folders,
  # The workspaces of the source (roots.nix).
  roots,
}:
folder:
let
  lib = import ../lib.nix;
  inherit (folders) below has resolve;

  file = below folder "Cargo.toml";
  manifest = roots.manifestOf folder;
  package =
    manifest.package or (throw "samebits: '${file}' has no [package], so nothing can depend on it");
  # The folder of its workspace, and the [workspace] there.
  above = roots.rootOf folder;
  workspace =
    if above == null then
      throw "samebits: '${file}' inherits from a workspace, and belongs to none; state its values, or add a [workspace] above it"
    else
      (if above == folder then manifest else roots.manifestOf above).workspace or { };
  # The value of a key of [package], which may be inherited.
  value =
    key: default:
    let
      stated = package.${key} or default;
    in
    if builtins.isAttrs stated && stated.workspace or false then
      workspace.package.${key} or default
    else
      stated;

  # Each dependency of some tables, in those of the targets, too: its name in the manifest, and what it is, inherited or not.
  dependenciesIn =
    tables:
    let
      sections = [ manifest ] ++ builtins.attrValues (manifest.target or { });
      entries = builtins.concatMap (section: map (table: section.${table} or { }) tables) sections;
      dependency =
        name: stated:
        let
          inherited = stated.workspace or false;
          full = if inherited then workspace.dependencies.${name} or { } else stated;
        in
        {
          inherit name;
          package = full.package or name;
          optional = stated.optional or false;
          paths = map (
            path:
            resolve {
              folder = if inherited then above else folder;
              inherit path;
              what = "the path dependency '${name}' of '${file}' (path = \"${path}\")";
            }
          ) (lib.optional (full ? path) full.path);
        };
      table = lib.mapAttrsToList (
        name: stated: dependency name (if builtins.isAttrs stated then stated else { })
      );
    in
    builtins.concatMap table entries;
  built = dependenciesIn [
    "build-dependencies"
    "build_dependencies"
    "dependencies"
  ];
  all =
    built
    ++ dependenciesIn [
      "dev-dependencies"
      "dev_dependencies"
    ];
  pathsOf = builtins.concatMap (dependency: dependency.paths);

  inBin = lib.optionalAttrs (has (below folder "src/bin")) (folders.readDir (below folder "src/bin"));
  isBinary =
    entry:
    if lib.hasPrefix "." entry then
      false
    else if inBin.${entry} == "directory" then
      has (below folder "src/bin/${entry}/main.rs")
    else
      lib.hasSuffix ".rs" entry;
  # What cargo finds by itself, unless a [[bin]] has the name or the file.
  discovered =
    lib.optional (has (below folder "src/main.rs")) {
      inherit (package) name;
      path = "src/main.rs";
    }
    ++ map (entry: {
      name = lib.removeSuffix ".rs" entry;
      path = "src/bin/" + (if inBin.${entry} == "directory" then "${entry}/main.rs" else entry);
    }) (builtins.filter isBinary (builtins.attrNames inBin));
  bins = map (bin: { inherit (package) name; } // bin) (manifest.bin or [ ]);
  statedNames = map (bin: bin.name) bins;
  statedFiles = map (bin: folders.parts (bin.path or "")) bins;
  others = builtins.filter (
    bin: !(builtins.elem bin.name statedNames || builtins.elem (folders.parts bin.path) statedFiles)
  ) discovered;
  # NB: edition 2015 looks for executables only if none is stated.
  autobins = package.autobins or (bins == [ ] || value "edition" "2015" != "2015");
  targets = bins ++ lib.optionals autobins others;

  # All that some features enable, themselves included.
  enabledBy =
    features:
    map (node: node.key) (
      builtins.genericClosure {
        startSet = map (key: { inherit key; }) features;
        # NB: "dependency/feature" enables an optional dependency, too.
        operator =
          { key }:
          map (key: { inherit key; }) (
            manifest.features.${key} or [ ]
            ++ lib.optional (lib.contains "/" key) (builtins.head (builtins.split "/" key))
          );
      }
    );
in
{
  inherit (package) name;
  inherit folder file manifest;
  isPackage = true;
  version = value "version" "0.0.0";
  # The oldest compiler, or null.
  rustVersion = value "rust-version" null;
  # The names of its [[bin]] targets, and of those that cargo finds by itself.
  executables = map (bin: bin.name) targets;
  # For each of them, the features that it requires and that are not enabled.
  lackingFeatures =
    {
      features ? [ ],
      defaultFeatures ? true,
    }:
    let
      enabled = enabledBy (features ++ lib.optional defaultFeatures "default");
    in
    builtins.listToAttrs (
      map (
        bin: lib.nameValuePair bin.name (lib.subtractLists enabled (bin.required-features or [ ]))
      ) targets
    );
  hasLibrary = manifest ? lib || has (below folder "src/lib.rs");
  hasBuildScript = if package ? build then package.build != false else has (below folder "build.rs");
  # The features that a build may name. An optional dependency is one, too.
  features =
    builtins.attrNames (manifest.features or { })
    ++ map (dependency: dependency.name) (builtins.filter (dependency: dependency.optional) built);
  # The lock file's names of its dependencies.
  dependencies = lib.unique (map (dependency: dependency.package) all);
  # The folders of its path dependencies: those that its build reads, and those of its tests as well.
  reads = pathsOf built;
  # The folder of its workspace, if that is neither the source's root nor its own.
  inheritsFrom = builtins.filter (above: above != null && above != "" && above != folder) [ above ];
  reachable = pathsOf all;
}
