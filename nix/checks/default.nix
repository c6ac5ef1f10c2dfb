# What `nix flake check` builds: the workspace's own code under the pinned compiler, and that the rebuild really varies.
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
