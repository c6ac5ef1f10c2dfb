# zig (C compiler, linker and libc for every target) and cargo-zigbuild (translates rustc's linker calls for zig), unpacked
# from their wheels. Both are static executables.
{ shell, archives }:
let
  version = archives.upstreamVersion "ziglang";
in
shell {
  name = "zig-${version}";
  inherit version;
  script = ./zig.sh;
  zig = archives.named "ziglang";
  zigbuild = archives.named "cargo-zigbuild";
}
