# The libraries that conditions.sh preloads: libfaketime for the clock, and conditions.c for what no package can vary.
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
