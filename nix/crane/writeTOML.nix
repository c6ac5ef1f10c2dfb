# Writes a set as a TOML file.
_:
let
  toTOML = import ./toTOML.nix;
in
name: value: builtins.toFile name (toTOML value)
