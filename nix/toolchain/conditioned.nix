# shell (see shell.nix), with scripts that run under one of the two sets of conditions: which = "original" or "rebuilt".
{
  shell,
  conditions,
  conditionsLibrary,
  which,
}:
let
  lib = import ../lib.nix;
in
{ script, ... }@args:
shell (
  args
  // {
    script = ./conditions.sh;
    conditionedScript = script;
    inherit conditionsLibrary;
    withoutBusiestCore = ./withoutBusiestCore.awk;
  }
  // builtins.listToAttrs (
    map (condition: lib.nameValuePair condition.variable condition.${which}) conditions
  )
)
