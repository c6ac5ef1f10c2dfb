# What a build must know of one package of a workspace, from its manifest and its files.
{
  folders,
  # The [workspace] table.
  workspace,
}:
folder:
let
  lib = import ../lib.nix;
  inherit (folders) below has resolve;

  file = below folder "Cargo.toml";
  manifest = folders.readManifest folder;
  package =
    manifest.package or (throw "samebits: '${file}' has no [package], so nothing can depend on it");
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
              folder = if inherited then "" else folder;
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
    "dependencies"
  ];
  all = built ++ dependenciesIn [ "dev-dependencies" ];
  pathsOf = builtins.concatMap (dependency: dependency.paths);

  inBin = lib.optionalAttrs (has (below folder "src/bin")) (folders.readDir (below folder "src/bin"));
  isBinary =
    entry:
    if inBin.${entry} == "directory" then
      has (below folder "src/bin/${entry}/main.rs")
    else
      lib.hasSuffix ".rs" entry;
  discovered =
    lib.optional (has (below folder "src/main.rs")) package.name
    ++ map (lib.removeSuffix ".rs") (builtins.filter isBinary (builtins.attrNames inBin));
in
{
  inherit (package) name;
  inherit folder manifest;
  version = value "version" "0.0.0";
  # The oldest compiler, or null.
  rustVersion = value "rust-version" null;
  # The names of its [[bin]] targets, and of those that cargo finds by itself.
  executables = lib.unique (
    map (bin: bin.name or package.name) (manifest.bin or [ ])
    ++ lib.optionals (package.autobins or true) discovered
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
  reachable = pathsOf all;
}
