# Returns a package of a workspace as it is, or throws if the lock file or the compiler does not fit it.
{ lock, rustVersion }:
package:
let
  lib = import ../lib.nix;
  inherit (package) name version;
  file = if package.folder == "" then "Cargo.toml" else "${package.folder}/Cargo.toml";

  # NB: the lock file states no source for packages of the workspace.
  entries = builtins.filter (
    entry: entry.name == name && entry.version == version && !(entry ? source)
  ) (lock.package or [ ]);
  # A dependency is "name", "name version" or "name version (source)".
  locked = map (text: builtins.head (builtins.split " " text)) (
    (builtins.head entries).dependencies or [ ]
  );
  absent = lib.subtractLists locked package.dependencies;
  fromGit = builtins.filter (entry: lib.hasPrefix "git+" (entry.source or "")) lock.package;
  remedy = "run `cargo update --workspace` and commit Cargo.lock";
in
if package.rustVersion != null && builtins.compareVersions package.rustVersion rustVersion > 0 then
  throw "samebits: '${file}' wants Rust ${package.rustVersion} (rust-version), and the compiler is ${rustVersion}; lower rust-version, or take a samebits with a newer compiler"
else if entries == [ ] then
  throw "samebits: Cargo.lock does not fit '${file}': it has no ${name} ${version}; ${remedy}"
else if absent != [ ] then
  throw "samebits: Cargo.lock does not fit '${file}': it does not know that ${name} depends on ${toString absent}; ${remedy}"
else if fromGit != [ ] then
  throw "samebits: ${(builtins.head fromGit).name} ${(builtins.head fromGit).version} comes from git (Cargo.lock), and only registries and the workspace itself can be built from; depend on a published version, or move the crate into the workspace"
else
  package
