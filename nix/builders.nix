# The functions that build under one set of conditions: crane's, and those for a service and a universal executable.
{
  toolchain,
  source,
  stamp,
}:
let
  scope = {
    crane = import ./crane toolchain;
    inherit toolchain source stamp;
  };
in
scope
// {
  buildService = import ./build/service.nix scope;
  joinSlices = import ./build/universal.nix { inherit (toolchain) shell llvm; };
}
