# The conditions of the first build and of the rebuild, with the values that a workspace states: { clock.rebuilt = "+30d"; }.
{
  # The table (../toolchain/conditions.nix).
  table,
  stated,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  types = import ../types.nix;
  matches = pattern: text: builtins.match pattern text != null;

  fields =
    condition:
    lib.genAttrs
      [
        "original"
        "rebuilt"
      ]
      (_: {
        name = condition.values;
        is =
          value:
          builtins.isString value
          && matches condition.valid value
          && !(condition ? invalid && matches condition.invalid value);
      });
  changed = condition: condition // stated.${condition.name} or { };
  # Messages about what is stated for a condition.
  wrong =
    condition:
    let
      where = "conditions.${condition.name}";
      given = stated.${condition.name};
      both = changed condition;
    in
    lib.optionals (stated ? ${condition.name}) (
      names.problems "field of ${where}" (builtins.attrNames (fields condition)) (
        builtins.attrNames given
      )
      ++ types.problems "${where}." (fields condition) given
      ++
        lib.optional (both.original == both.rebuilt)
          "samebits: ${where} is '${toString both.rebuilt}' in both builds, so the rebuild would not vary it"
    );
in
names.orThrow (
  names.problems "condition (conditions)" (map (condition: condition.name) table) (
    builtins.attrNames stated
  )
  ++ builtins.concatMap wrong table
) (map changed table)
