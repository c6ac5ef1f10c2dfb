# Proves that the rebuild varies every condition: a program that embeds all of them must differ in each.
{ toolchain, conditions }:
toolchain.shell {
  name = "conditions-vary";
  script = ./conditionsVary.sh;
  inherit (conditions) original rebuilt;
  expected = map (condition: condition.name) toolchain.conditions;
}
