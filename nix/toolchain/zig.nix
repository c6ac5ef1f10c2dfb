# zig (C compiler, linker and libc of every target) and cargo-zigbuild (which makes rustc's linker calls palatable to
# it), unpacked from their wheels: both are static executables.
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
