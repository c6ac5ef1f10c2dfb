# The messages for those arguments that have no effect here (arguments.nix), so that none is ignored silently.
args:
let
  lib = import ../lib.nix;
  inherit (import ./arguments.nix) refused;
  # NB: two functions cannot be compared.
  isHarmless = value: unless: !builtins.isFunction value && builtins.elem value unless;
in
builtins.concatLists (
  lib.mapAttrsToList (
    name:
    { why, unless }:
    lib.optional (
      !isHarmless args.${name} unless
    ) "samebits: crane's argument '${name}' has no effect here, so it is refused: ${why}"
  ) (builtins.intersectAttrs args refused)
)
