# The executables that stand before rustc and the C compiler: one derivation for each file of wrappers/, by its name, so
# that a change of one makes new only what is built with it.
{
  shell,
  seed,
  rust,
  zig,
}:
let
  wrapper =
    file:
    let
      name = builtins.replaceStrings [ ".sh" ] [ "" ] file;
    in
    {
      inherit name;
      value = shell {
        inherit
          name
          seed
          rust
          zig
          ;
        script = ./wrappers.sh;
        wrapper = ./wrappers + "/${file}";
      };
    };
in
builtins.listToAttrs (map wrapper (builtins.attrNames (builtins.readDir ./wrappers)))
