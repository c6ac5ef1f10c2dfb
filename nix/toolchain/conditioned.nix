# shell (see shell.nix) whose scripts run under one of the two sets of conditions: which = "original" or "rebuilt".
{
  shell,
  conditions,
  conditionsLibrary,
  which,
}:
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
    map (condition: {
      name = condition.variable;
      value = condition.${which};
    }) conditions
  )
)
