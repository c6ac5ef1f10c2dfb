# The standard library of one platform, compiled from the compiler's own source: a sysroot with that target in it.
{
  shell,
  rust,
  platform,
  cargoEnvironment,
  vendor,
}:
shell (
  cargoEnvironment
  // {
    name = "std-${platform.triple}";
    script = ./std.sh;
    tools = [ rust ];
    inherit rust vendor;
    lockFile = ./std-Cargo.lock;
    CARGO_BUILD_TARGET = platform.triple;
    # As the compiler's own build does: the standard library may use unstable features, its users may not through it.
    RUSTC_BOOTSTRAP = "1";
    __CARGO_DEFAULT_LIB_METADATA = "stablestd";
    RUSTFLAGS = "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes";
  }
)
