# Every platform, one entry each.
#
# An entry is its family's record with, on top:
#   triple       Rust's name            zigTarget  zig's name
#   go           Go's names (os, arch), for file names and for people who come from there
#   fileFormat   as llvm-readobj names it
#   runner       what runs its binaries on an x86_64-linux machine: native, qemu-<arch>, wine, none
# A family says:
#   linkage          static: no interpreter, no shared library · system: only the libraries of systemLibraries
#   systemLibraries  a pattern (extended regular expression) that every imported library must match whole, in any case
#   executableSuffix of file names
#   rustflags        what rustc needs there; profile: what of Cargo's release profile must be otherwise
let
  linuxMusl = {
    os = "linux";
    linkage = "static";
    executableSuffix = "";
    # NB: zig brings musl and its start files; rustc's own copies are not in a standard library built from source.
    rustflags = [ "-Clink-self-contained=no" ];
    profile = { };
  };
  darwin = {
    os = "darwin";
    linkage = "system";
    systemLibraries = "/usr/lib/libSystem\\.B\\.dylib";
    executableSuffix = "";
    # NB: cargo's strip calls rust-objcopy on darwin, which Debian's compiler lacks; the linker strips as well.
    # NB: the libc crate asks for libiconv on darwin, which nothing here calls: dropped when unused.
    rustflags = [
      "-Clink-arg=-s"
      "-Clink-arg=-Wl,-dead_strip_dylibs"
    ];
    profile.STRIP = "none";
    runner = "none";
  };
  windows = {
    os = "windows";
    linkage = "system";
    systemLibraries = "(advapi32|api-ms-win-[a-z0-9-]+|bcrypt|bcryptprimitives|kernel32|ntdll|userenv|ws2_32)\\.dll";
    executableSuffix = ".exe";
    rustflags = [ ];
    profile = { };
  };
in
{
  aarch64-darwin = darwin // {
    triple = "aarch64-apple-darwin";
    fileFormat = "Mach-O arm64";
    zigTarget = "aarch64-macos-none";
    go = {
      os = "darwin";
      arch = "arm64";
    };
  };
  aarch64-linux = linuxMusl // {
    triple = "aarch64-unknown-linux-musl";
    fileFormat = "elf64-littleaarch64";
    zigTarget = "aarch64-linux-musl";
    go = {
      os = "linux";
      arch = "arm64";
    };
    runner = "qemu-aarch64";
  };
  x86_64-darwin = darwin // {
    triple = "x86_64-apple-darwin";
    fileFormat = "Mach-O 64-bit x86-64";
    zigTarget = "x86_64-macos-none";
    go = {
      os = "darwin";
      arch = "amd64";
    };
  };
  x86_64-linux = linuxMusl // {
    triple = "x86_64-unknown-linux-musl";
    fileFormat = "elf64-x86-64";
    zigTarget = "x86_64-linux-musl";
    go = {
      os = "linux";
      arch = "amd64";
    };
    runner = "native";
  };
  x86_64-windows = windows // {
    triple = "x86_64-pc-windows-gnullvm";
    fileFormat = "COFF-x86-64";
    zigTarget = "x86_64-windows-gnu";
    go = {
      os = "windows";
      arch = "amd64";
    };
    runner = "wine";
  };
}
