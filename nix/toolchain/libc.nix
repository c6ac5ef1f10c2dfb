# zig's cache after linking one empty program: the libc, start files and compiler runtime of a target, which zig makes
# from source as soon as something is linked, here once for all builds that need them.
{
  shell,
  rust,
  # Rust's name of the target, what to call the derivation after, and the environment in which cargo builds for it.
  triple,
  name,
  environment,
}:
shell (
  # NB: without what is made for the machine that builds, which would be part of the result as well.
  removeAttrs environment [ "HOST_ZIG_CACHE" ]
  // {
    name = "libc-${name}";
    script = ./libc.sh;
    zigCache = ./zigCache.sh;
    tools = [ rust ];
    inherit triple;
  }
)
