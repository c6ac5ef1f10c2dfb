# The platforms that a workspace chooses from the table: by name (also Go's), or by entries of its own.
{
  # The table (../platforms.nix).
  table,
  # null for all of the table; a list of names; or { <name> = { what differs from the table's entry }; }.
  chosen,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;

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
  own =
    name: changes:
    let
      entry = table.${name} or { } // changes;
      absent = builtins.filter (field: !(entry ? ${field})) required;
    in
    if absent != [ ] && !(entry ? slices) then
      throw "samebits: the platform '${name}' is in no table, and its entry lacks: ${toString absent}; start from another entry, as in samebits.lib.platforms.x86_64-linux // { … }"
    else
      entry;
in
if chosen == null then
  table
else if builtins.isList chosen then
  if chosen == [ ] then
    throw "samebits: 'platforms' is empty, so nothing would be built; leave it out for all platforms"
  else
    lib.genAttrs (map named chosen) (name: table.${name})
else
  builtins.mapAttrs own chosen
