# The functions with further registries, from which Nix fetches the crates that its store lacks.
{ overrideScope, ... }:
registries:
overrideScope (
  _: previous: {
    crateRegistries = builtins.foldl' (all: more: all // more) previous.crateRegistries registries;
  }
)
