# Finds names in tables. A wrong name throws with the nearest names and the list of all.
let
  lib = import ./lib.nix;
in
rec {
  # The number of characters to insert, delete or replace to make one text of the other (Levenshtein).
  distance =
    a: b:
    let
      last = list: builtins.elemAt list (builtins.length list - 1);
      columns = lib.stringToCharacters b;
      # The row of the table below `above`, for one more character of a.
      next =
        above: character:
        builtins.foldl' (
          row: i:
          row
          ++ [
            (lib.min (lib.min (last row + 1) (builtins.elemAt above (i + 1) + 1)) (
              builtins.elemAt above i + (if builtins.elemAt columns i == character then 0 else 1)
            ))
          ]
        ) [ (builtins.head above + 1) ] (builtins.genList (i: i) (builtins.length columns));
    in
    last (
      builtins.foldl' next (builtins.genList (i: i) (builtins.length columns + 1)) (
        lib.stringToCharacters a
      )
    );

  # The message for a name that is not among `known`. `what` says what it should name.
  unknown =
    what: name: known:
    let
      distances = map (distance name) known;
      least = builtins.foldl' lib.min (builtins.stringLength name) distances;
      nearest = builtins.filter (other: distance name other == least) known;
      # NB: anything is near to a short name.
      close = lib.optionals (least <= 1 + (builtins.stringLength name + 2) / 3) nearest;
      hint = if close == [ ] then "" else "did you mean ${builtins.concatStringsSep " or " close}? ";
    in
    "samebits: no ${what} is called '${name}': ${hint}there are: ${toString known}";

  # The messages for all of the given names that are not known; none if all are.
  problems =
    what: known: given:
    map (name: unknown what name known) (lib.subtractLists known given);

  # Returns `value`, or throws all messages at once.
  orThrow =
    messages: value: if messages == [ ] then value else throw (builtins.concatStringsSep "\n" messages);
}
