# The wrappers around rustc, the C compiler and the linker. Each file of wrappers/ is a derivation of its own, so that a
# change to one rebuilds only what uses it.
{
  shell,
  seed,
  rust,
  zig,
}:
let
  lib = import ../lib.nix;
  names = map (lib.removeSuffix ".sh") (builtins.attrNames (builtins.readDir ./wrappers));
in
lib.genAttrs names (
  name:
  shell {
    inherit
      name
      seed
      rust
      zig
      ;
    script = ./wrappers.sh;
    wrapper = ./wrappers + "/${name}.sh";
  }
)
