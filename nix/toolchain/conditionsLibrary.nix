# What conditions.sh preloads: libfaketime for the clock, and our own library for what no package varies.
{
  shell,
  archives,
  rust,
  zig,
}:
shell {
  name = "conditions-library";
  script = ./conditionsLibrary.sh;
  tools = [ zig ];
  faketime = archives.named "libfaketime";
  patchelf = archives.named "patchelf";
  inherit rust;
  source = ./conditions.c;
}
