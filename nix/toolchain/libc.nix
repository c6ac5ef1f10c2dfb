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
  environment
  // {
    name = "libc-${name}";
    script = ./libc.sh;
    tools = [ rust ];
    inherit triple;
  }
)
