# The standard library of one platform, compiled from the compiler's own source: a sysroot with this one target.
{
  shell,
  rust,
  triple,
  # The name that distinguishes standard libraries of the same triple, and the rustc flags in which they differ.
  name,
  rustflags,
  # The environment that runs the compiler and links the build scripts.
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
    # As in the compiler's own build: the standard library may use unstable features, but not expose them to its users.
    RUSTC_BOOTSTRAP = "1";
    __CARGO_DEFAULT_LIB_METADATA = "stablestd";
    # As in Rust's own releases: the code is better and compiles faster.
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS = "1";
    RUSTFLAGS = toString (
      [
        "-Zforce-unstable-if-unmarked"
        "-Cembed-bitcode=yes"
      ]
      ++ rustflags
    );
  }
)
