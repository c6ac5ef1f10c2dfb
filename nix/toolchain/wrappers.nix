# The executables that stand before rustc and the C compiler: one derivation for each file of wrappers/, by its name, so
# that a change of one makes new only what is built with it.
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
