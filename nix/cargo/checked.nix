# Holds the packages of a workspace against the lock file and the compiler.
{
  # The lock file's packages by name, and the names of an entry's dependencies.
  lockedByName,
  dependencyNames,
  # The compiler's version.
  rustVersion,
  # All packages of the workspace.
  members,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  remedy = "run `cargo update --workspace` and commit Cargo.lock";

  # Messages about a package that the lock file does not fit.
  unlocked =
    {
      name,
      version,
      file,
      dependencies,
      ...
    }:
    let
      # NB: the lock file states no source for packages of the workspace.
      entries = builtins.filter (entry: entry.version == version && !(entry ? source)) (
        lockedByName.${name} or [ ]
      );
      absent = lib.subtractLists (dependencyNames (builtins.head entries)) dependencies;
    in
    if entries == [ ] then
      [ "samebits: Cargo.lock does not fit '${file}': it has no ${name} ${version}; ${remedy}" ]
    else
      lib.optional (absent != [ ])
        "samebits: Cargo.lock does not fit '${file}': it does not know that ${name} depends on ${toString absent}; ${remedy}";
  # NB: of all packages, whichever is built: cargo looks at all of them.
  allLocked = names.orThrow (builtins.concatMap unlocked members) true;
in
# Returns a package as it is, or throws.
package:
if package.rustVersion != null && builtins.compareVersions package.rustVersion rustVersion > 0 then
  throw "samebits: '${package.file}' wants Rust ${package.rustVersion} (rust-version), and the compiler is ${rustVersion}; lower rust-version, or take a samebits with a newer compiler"
else
  builtins.seq allLocked package
