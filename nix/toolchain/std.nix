# The standard library of one platform, compiled from the compiler's own source: a sysroot with that target in it.
{
  shell,
  rust,
  triple,
  # Distinguishes the standard libraries of one triple; and the flags that do.
  name,
  rustflags,
  # What runs the compiler, and links the build scripts.
  environment,
  vendor,
}:
shell (
  environment
  // {
    name = "std-${name}";
    script = ./std.sh;
    zigCache = ./zigCache.sh;
    tools = [ rust ];
    inherit rust vendor;
    rustVersion = rust.version;
    lockFile = ./std-Cargo.lock;
    CARGO_BUILD_TARGET = triple;
    # As the compiler's own build does: the standard library may use unstable features, its users may not through it.
    RUSTC_BOOTSTRAP = "1";
    __CARGO_DEFAULT_LIB_METADATA = "stablestd";
    # As Rust's own releases: better code, and less to do.
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS = "1";
    RUSTFLAGS = toString ([ "-Zforce-unstable-if-unmarked" "-Cembed-bitcode=yes" ] ++ rustflags);
  }
)
