# Removes the keys of a manifest that a filter does not keep. The filter sees the path of each, such as [ "package" "name" ].
filter:
let
  lib = import ../lib.nix;
  clean =
    path: value:
    if builtins.isAttrs value then
      builtins.mapAttrs (name: clean (path ++ [ name ])) (
        lib.filterAttrs (name: _: filter (path ++ [ name ])) value
      )
    else if builtins.isList value then
      map (clean path) value
    else
      value;
in
clean [ ]
