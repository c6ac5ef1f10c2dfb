# zig's cache after it has linked one empty program: the libc, start files and compiler runtime of a target. zig compiles
# them from source at the first link; this derivation does so once for all builds.
{
  shell,
  rust,
  # The target triple, the suffix of the derivation's name, and the environment in which cargo builds for the target.
  triple,
  name,
  environment,
}:
shell (
  # NB: without the build machine's cache, which would end up in the result, too.
  removeAttrs environment [ "HOST_ZIG_CACHE" ]
  // {
    name = "libc-${name}";
    script = ./libc.sh;
    zigCache = ./zigCache.sh;
    tools = [ rust ];
    inherit triple;
  }
)
