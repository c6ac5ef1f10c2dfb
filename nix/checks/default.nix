# What `nix flake check` builds: the workspace's lints and tests, and the proof that the rebuild varies every condition.
{
  original,
  fixtures,
  workspace,
}:
{
  inherit (workspace)
    workspace-clippy
    workspace-doc
    workspace-fmt
    workspace-test
    ;
  conditions-vary = import ./conditionsVary.nix {
    inherit (original) toolchain;
    inherit (fixtures) conditions;
  };
}
