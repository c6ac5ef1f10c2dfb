# The executables that stand before rustc and the C compiler, each a file of wrappers/ behind the seed's bash.
{
  shell,
  seed,
  rust,
  zig,
}:
shell {
  name = "toolchain-wrappers";
  script = ./wrappers.sh;
  inherit seed rust zig;
  wrappers = ./wrappers;
}
