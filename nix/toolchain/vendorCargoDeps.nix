# Unpacks every crate of a Cargo.lock, each from its own fixed-output derivation, into cargo directory sources.
#
# The result holds registry/ with one folder per crate, registries/ and git/ with one folder per other registry and per
# repository, and a config.toml that makes cargo use these folders instead.
{
  shell,
  archives,
  rust,
}:
{
  # The lock file, its text, what it holds, or a source folder that holds one.
  cargoLock ? (src.origSrc or src) + "/Cargo.lock",
  cargoLockContents ? builtins.readFile cargoLock,
  cargoLockParsed ? builtins.fromTOML cargoLockContents,
  src ? throw "samebits: vendorCargoDeps: there is no lock file; give 'cargoLock' or 'src'",
  # The hash of the tree of each git repository that the lock file names, by the source that it states (gitSources.nix).
  outputHashes ? { },
  # The URL pattern of the crates of a registry, by the source that the lock file states, for what the store lacks.
  downloads ? { },
  ...
}:
let
  lib = import ../lib.nix;
  crates = archives.cratesOfLock cargoLockParsed;
  repositories = archives.repositoriesOfLock cargoLockParsed outputHashes;

  # The crates of a repository, as a directory source.
  gitCrates =
    repository:
    shell {
      name = "git-crates-${repository.name}";
      script = ./gitCrates.sh;
      writeChecksums = ./checksums.sh;
      tools = [ rust ];
      tree = archives.fetched repository.archive;
      inherit (repository) url;
      packages = map (package: "${package.name}=${package.version}") repository.packages;
    };
  # NB: cargo's configuration has the kind of a registry's index in the URL, except that of the older kind.
  registries = map (source: rec {
    inherit source;
    url = lib.removePrefix "registry+" source;
    folder = "registries/${builtins.substring 0 16 (builtins.hashString "sha256" source)}";
  }) (lib.subtractLists [ archives.publicIndex ] (lib.unique (map (crate: crate.source) crates)));
  folderOf = builtins.listToAttrs (
    map (registry: lib.nameValuePair registry.source registry.folder) registries
  );

  # The lines of cargo's configuration that replace a source, which `keys` describes, by a folder.
  replacement =
    {
      source,
      keys,
      folder,
    }:
    let
      quoted = builtins.toJSON;
    in
    lib.lines (
      [
        ""
        "[source.${quoted source}]"
      ]
      ++ lib.mapAttrsToList (key: value: "${key} = ${quoted value}") keys
      ++ [
        "replace-with = ${quoted folder}"
        ""
        "[source.${quoted folder}]"
        "directory = \"@out@/${folder}\""
      ]
    );
  replacements =
    map (registry: {
      inherit (registry) source folder;
      keys.registry = registry.url;
    }) registries
    ++ map (repository: {
      inherit (repository) source;
      folder = "git/${repository.folder}";
      keys = repository.reference // {
        git = repository.url;
      };
    }) repositories;
in
shell {
  name = "vendor-cargo-deps";
  script = ./vendorCargoDeps.sh;
  writeChecksums = ./checksums.sh;
  crates = map (archives.fetchedFrom downloads) crates;
  names = map (crate: "${crate.name}-${crate.version}") crates;
  checksums = map (crate: crate.sha256) crates;
  folders = map (crate: folderOf.${crate.source} or "registry") crates;
  repositories = map gitCrates repositories;
  repositoryFolders = map (repository: repository.folder) repositories;
  replacements = lib.lines (map replacement replacements);
}
