# Returns a package of a workspace as it is, or throws if the lock file or the compiler does not fit it.
{
  # The lock file's packages by name, and the names of an entry's dependencies.
  lockedByName,
  dependencyNames,
  # The compiler's version.
  rustVersion,
}:
package:
let
  lib = import ../lib.nix;
  inherit (package) name version file;

  # NB: the lock file states no source for packages of the workspace.
  entries = builtins.filter (entry: entry.version == version && !(entry ? source)) (
    lockedByName.${name} or [ ]
  );
  absent = lib.subtractLists (dependencyNames (builtins.head entries)) package.dependencies;
  remedy = "run `cargo update --workspace` and commit Cargo.lock";
in
if package.rustVersion != null && builtins.compareVersions package.rustVersion rustVersion > 0 then
  throw "samebits: '${file}' wants Rust ${package.rustVersion} (rust-version), and the compiler is ${rustVersion}; lower rust-version, or take a samebits with a newer compiler"
else if entries == [ ] then
  throw "samebits: Cargo.lock does not fit '${file}': it has no ${name} ${version}; ${remedy}"
else if absent != [ ] then
  throw "samebits: Cargo.lock does not fit '${file}': it does not know that ${name} depends on ${toString absent}; ${remedy}"
else
  package
