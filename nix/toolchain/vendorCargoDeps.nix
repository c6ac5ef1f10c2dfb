# Unpacks every crate of a Cargo.lock, each from its own fixed-output derivation, into cargo directory sources.
#
# The result holds registry/ with one folder per crate, git/ with one folder per repository, and a config.toml that makes cargo
# use these folders instead of the registry and the repositories.
{
  shell,
  archives,
  rust,
}:
{
  # The lock file, or a source folder that holds one.
  cargoLock ? (src.origSrc or src) + "/Cargo.lock",
  src ? throw "vendorCargoDeps: give 'cargoLock' or 'src'",
  # The hash of the tree of each git repository that the lock file names, by the source that it states (gitSources.nix).
  outputHashes ? { },
  ...
}:
let
  lib = import ../lib.nix;
  crates = archives.cratesOfLock cargoLock;
  repositories = archives.repositoriesOfLock cargoLock outputHashes;

  # The crates of a repository, as a directory source.
  gitCrates =
    repository:
    shell {
      name = "git-crates-${repository.name}";
      script = ./gitCrates.sh;
      tools = [ rust ];
      tree = archives.fetched repository.archive;
      inherit (repository) url;
      packages = map (package: "${package.name}=${package.version}") repository.packages;
    };
  # The lines of cargo's configuration that replace a repository.
  replacement =
    repository:
    let
      quoted = builtins.toJSON;
      source = "vendored-${repository.folder}";
    in
    lib.lines (
      [
        ""
        "[source.${quoted repository.source}]"
        "git = ${quoted repository.url}"
      ]
      ++ lib.mapAttrsToList (kind: value: "${kind} = ${quoted value}") repository.reference
      ++ [
        "replace-with = ${quoted source}"
        ""
        "[source.${quoted source}]"
        "directory = \"@out@/git/${repository.folder}\""
      ]
    );
in
shell {
  name = "vendor-cargo-deps";
  script = ./vendorCargoDeps.sh;
  crates = map archives.fetched crates;
  names = map (crate: "${crate.name}-${crate.version}") crates;
  checksums = map (crate: crate.sha256) crates;
  repositories = map gitCrates repositories;
  repositoryFolders = map (repository: repository.folder) repositories;
  replacements = lib.lines (map replacement repositories);
}
