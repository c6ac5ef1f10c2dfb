# Proves that the rebuild varies each condition: a program that embeds them all must differ in every one.
{ toolchain, conditions }:
toolchain.shell {
  name = "conditions-vary";
  script = ./conditionsVary.sh;
  inherit (conditions) original rebuilt;
  expected = map (condition: condition.name) toolchain.conditions;
}
