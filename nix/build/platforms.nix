# The platforms that a workspace chooses from the table: by name (also Go's), or by entries of its own.
{
  # The table (../platforms.nix).
  table,
  # null for all of the table; a list of names; or { <name> = { what differs from the table's entry }; }.
  chosen,
  # The name of the argument.
  where ? "platforms",
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  types = import ../types.nix;

  goNames = import ../goNames.nix table;
  byGoName = builtins.listToAttrs (
    builtins.concatMap (platform: map (name: lib.nameValuePair name platform) goNames.${platform}) (
      builtins.attrNames table
    )
  );
  named =
    name:
    if table ? ${name} then
      name
    else if byGoName ? ${name} then
      byGoName.${name}
    else
      throw (
        names.unknown "platform" name (
          builtins.attrNames (if lib.contains "/" name then byGoName else table)
        )
      );

  required = [
    "fileFormat"
    "goArch"
    "goOs"
    "lacks"
    "linkage"
    "llvmArguments"
    "os"
    "profile"
    "runner"
    "rustflags"
    "triple"
    "zigTarget"
  ];
  optional = [
    "cpu"
    "executableSuffix"
    "glibcFloor"
    "goLevel"
    "interpreter"
    "linker"
    "runnerArguments"
    "runnerLacks"
    "slices"
    "systemLibraries"
    "zigCpu"
  ];
  fieldTypes = lib.genAttrs (required ++ optional) (_: types.text) // {
    lacks = types.texts;
    llvmArguments = types.texts;
    profile = types.set;
    runnerArguments = types.texts;
    runnerLacks = types.texts;
    rustflags = types.texts;
    slices = types.texts;
  };
  own =
    name: changes:
    let
      entry = table.${name} or { } // changes;
      absent = builtins.filter (field: !(entry ? ${field})) required;
      wrong =
        names.problems "field of ${where}.${name}" (builtins.attrNames fieldTypes) (
          builtins.attrNames changes
        )
        ++ types.problems "${where}.${name}." fieldTypes changes
        ++
          lib.optional (!types.isFileName name)
            "samebits: a platform is called '${name}', and a part of a file's name has only letters, digits, _ . + -";
    in
    names.orThrow wrong (
      if absent != [ ] && !(entry ? slices) then
        throw "samebits: the platform '${name}' is in no table, and its entry lacks: ${toString absent}; start from another entry, as in samebits.lib.platforms.x86_64-linux // { … }"
      else
        entry
    );
in
if chosen == null then
  table
else if chosen == [ ] || chosen == { } then
  throw "samebits: '${where}' is empty, so nothing would be built; leave it out for all platforms"
else if builtins.isList chosen then
  lib.genAttrs (map named chosen) (name: table.${name})
else
  builtins.mapAttrs own chosen
