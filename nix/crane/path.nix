# builtins.path, with the package's name as the default name.
_: input:
let
  arguments = if builtins.isAttrs input then input else { path = input; };
in
builtins.path ({ name = import ./sourceName.nix arguments.path; } // arguments)
