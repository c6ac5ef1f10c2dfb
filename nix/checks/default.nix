# What `nix flake check` builds: the workspace's lints and tests, and the proof that the rebuild varies every condition.
{ original, fixtures }:
let
  workspace = import ./workspace.nix { inherit (original) crane toolchain source; };
in
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
