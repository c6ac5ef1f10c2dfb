# zig (C compiler, linker and libc of every target) and cargo-zigbuild (which makes rustc's linker calls palatable to
# it), unpacked from their wheels: both are static executables.
{ shell, archives }:
shell {
  version = "0.15.2";
  name = "zig-0.15.2";
  script = ./zig.sh;
  zig = archives.named "ziglang";
  zigbuild = archives.named "cargo-zigbuild";
}
