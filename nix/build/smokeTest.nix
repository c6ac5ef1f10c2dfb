# A service's `smokeTest`, which may be a list of arguments, in its full form: the arguments, and what the executable must print.
{
  # The name of the argument, and its value; null for no test.
  where,
  stated,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  types = import ../types.nix;
  fields = {
    arguments = types.texts;
    prints = types.nonEmptyText;
  };
  full = if builtins.isList stated then { arguments = stated; } else stated;
in
{
  # Messages about a value that is a set.
  problems = lib.optionals (builtins.isAttrs stated) (
    names.problems "field of ${where}" (builtins.attrNames fields) (builtins.attrNames stated)
    ++ types.problems "${where}." fields stated
  );
  value =
    if stated == null then
      null
    else
      {
        arguments = full.arguments or [ ];
        prints = full.prints or "";
      };
}
