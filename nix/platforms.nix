# Every platform, one entry each.
#
# An entry is its family's record with, on top:
#   triple       Rust's name            zigTarget  zig's name
#   goArch       Go's name of the architecture, and goLevel the level that Go's build would be given (variable = value)
#   fileFormat   as llvm-readobj names it
#   runner       what runs its binaries on an x86_64-linux machine (tests/end_to_end/runners.py): native, qemu-<arch>, wine,
#                wasmtime, none; runnerArguments: what the runner is given before the executable; runnerLacks: what of the
#                things that services need the platform has and its runner has not
#   cpu          Rust's name of the oldest processor that it is for, where that is not the triple's own; zigCpu: zig's name
#   llvmArguments  what LLVM is told about the code it makes, for Rust as for C
#   slices       of a universal binary, instead of zigTarget and fileFormat: the platforms of which it is put together
# A family says:
#   os, goOs         Nix's and Go's names of the system
#   lacks            what of the things that services need it does not have
#   linkage          static: no interpreter, no shared library · system: only the libraries of systemLibraries
#   systemLibraries  a pattern (extended regular expression) that every imported library (of WebAssembly: module) must match
#                    whole, in any case
#   interpreter      what loads it, where that is a file that every executable names
#   glibcFloor       the newest glibc of which a symbol may be used
#   executableSuffix of file names
#   linker           the one of nix/toolchain/wrappers that rustc calls, where that is not target-cc
#   rustflags        what rustc needs there; profile: what of Cargo's release profile must be otherwise
# docs/adding-a-platform.md tells how to add one.
let
  common = {
    lacks = [ ];
    llvmArguments = [ ];
    profile = { };
    executableSuffix = "";
  };
  # NB: zig brings libc and start files; rustc's own copies are not in a standard library built from source.
  zigsLibc = "-Clink-self-contained=no";
  linux = common // {
    os = "linux";
    goOs = "linux";
  };
  linuxMusl = linux // {
    linkage = "static";
    rustflags = [
      zigsLibc
      # NB: static and yet loaded anywhere (static-pie), which zig makes only where it is asked in this way.
      "-Clink-arg=-pie"
    ];
  };
  # NB: where all addresses stand in one table that the program itself moves (MIPS), a weak symbol that nothing defines becomes
  # the program's own start instead of null, and the standard library calls it. So it is loaded where it says.
  linuxMuslInPlace = linuxMusl // {
    rustflags = [
      zigsLibc
      "-Clink-arg=-no-pie"
    ];
  };
  linuxGnu = linux // {
    linkage = "system";
    systemLibraries = "(ld-linux-(x86-64|aarch64)|lib(c|dl|m|pthread|rt|util))\\.so\\.[0-9]";
    # That of RHEL 7; Debian 8 and Ubuntu 14.04 have newer ones.
    glibcFloor = "2.17";
    rustflags = [ ];
  };
  darwin = common // {
    os = "darwin";
    goOs = "darwin";
    linkage = "system";
    systemLibraries = "/usr/lib/libSystem\\.B\\.dylib";
    # NB: cargo's strip calls rust-objcopy on darwin, which Debian's compiler lacks; the linker strips as well.
    # NB: the libc crate asks for libiconv on darwin, which nothing here calls: dropped when unused.
    rustflags = [
      "-Clink-arg=-s"
      "-Clink-arg=-Wl,-dead_strip_dylibs"
    ];
    profile.STRIP = "none";
    runner = "none";
  };
  windows = common // {
    os = "windows";
    goOs = "windows";
    linkage = "system";
    systemLibraries = "(advapi32|api-ms-win-[a-z0-9-]+|bcrypt|bcryptprimitives|kernel32|ntdll|userenv|ws2_32)\\.dll";
    executableSuffix = ".exe";
    rustflags = [ ];
  };
  freebsd = common // {
    os = "freebsd";
    goOs = "freebsd";
    linkage = "system";
    interpreter = "/libexec/ld-elf.so.1";
    systemLibraries = "lib(c|devstat|execinfo|gcc_s|kvm|m|memstat|procstat|rt|thr|util)\\.so\\.[0-9]+";
    # NB: or the linker drops the note in which the start file tells the kernel for which release the program is; without it,
    # FreeBSD treats the program as one from before all that it has changed since.
    rustflags = [ "-Clink-arg=-Wl,--no-gc-sections" ];
    runner = "none";
  };
  netbsd = common // {
    os = "netbsd";
    goOs = "netbsd";
    linkage = "system";
    interpreter = "/libexec/ld.elf_so";
    systemLibraries = "lib(c|execinfo|m|pthread|rt|util)\\.so\\.[0-9]+";
    rustflags = [ ];
    runner = "none";
  };
  wasi = common // {
    os = "wasi";
    goOs = "wasip1";
    linkage = "system";
    systemLibraries = "wasi_snapshot_preview1";
    executableSuffix = ".wasm";
    lacks = [
      "sockets"
      "sqlite"
    ];
    linker = "target-wasm-ld";
    rustflags = [ zigsLibc ];
    runner = "wasmtime";
  };

  x86_64Linux = linuxMusl // {
    triple = "x86_64-unknown-linux-musl";
    zigTarget = "x86_64-linux-musl";
    goArch = "amd64";
    fileFormat = "elf64-x86-64";
  };
  # One of the x86-64 psABI's microarchitecture levels above the first.
  x86_64Level =
    level:
    x86_64Linux
    // {
      goLevel = "GOAMD64=v${level}";
      cpu = "x86-64-v${level}";
      zigCpu = "x86_64_v${level}";
    };
in
{
  aarch64-darwin = darwin // {
    triple = "aarch64-apple-darwin";
    zigTarget = "aarch64-macos-none";
    goArch = "arm64";
    fileFormat = "Mach-O arm64";
  };
  aarch64-freebsd = freebsd // {
    triple = "aarch64-unknown-freebsd";
    zigTarget = "aarch64-freebsd-none";
    goArch = "arm64";
    fileFormat = "elf64-littleaarch64";
  };
  aarch64-linux = linuxMusl // {
    triple = "aarch64-unknown-linux-musl";
    zigTarget = "aarch64-linux-musl";
    goArch = "arm64";
    fileFormat = "elf64-littleaarch64";
    runner = "qemu-aarch64";
  };
  aarch64-linux-gnu = linuxGnu // {
    triple = "aarch64-unknown-linux-gnu";
    zigTarget = "aarch64-linux-gnu.${linuxGnu.glibcFloor}";
    goArch = "arm64";
    fileFormat = "elf64-littleaarch64";
    interpreter = "/lib/ld-linux-aarch64.so.1";
    runner = "qemu-aarch64";
    runnerArguments = [
      "-L"
      "/usr/aarch64-linux-gnu"
    ];
  };
  aarch64-netbsd = netbsd // {
    triple = "aarch64-unknown-netbsd";
    zigTarget = "aarch64-netbsd-none";
    goArch = "arm64";
    fileFormat = "elf64-littleaarch64";
  };
  aarch64-windows = windows // {
    triple = "aarch64-pc-windows-gnullvm";
    zigTarget = "aarch64-windows-gnu";
    goArch = "arm64";
    fileFormat = "COFF-ARM64";
    runner = "none";
  };
  armv6l-linux = linuxMusl // {
    triple = "arm-unknown-linux-musleabihf";
    zigTarget = "arm-linux-musleabihf";
    zigCpu = "arm1176jzf_s";
    goArch = "arm";
    goLevel = "GOARM=6";
    fileFormat = "elf32-littlearm";
    runner = "qemu-arm";
    runnerArguments = [
      "-cpu"
      "arm1176"
    ];
  };
  armv7l-linux = linuxMusl // {
    triple = "armv7-unknown-linux-musleabihf";
    zigTarget = "arm-linux-musleabihf";
    zigCpu = "generic+v7a+vfp3-d32+thumb2-neon";
    goArch = "arm";
    goLevel = "GOARM=7";
    fileFormat = "elf32-littlearm";
    runner = "qemu-arm";
  };
  i686-linux = linuxMusl // {
    triple = "i686-unknown-linux-musl";
    zigTarget = "x86-linux-musl";
    goArch = "386";
    fileFormat = "elf32-i386";
    runner = "qemu-i386";
  };
  i686-netbsd = netbsd // {
    triple = "i686-unknown-netbsd";
    zigTarget = "x86-netbsd-none";
    goArch = "386";
    fileFormat = "elf32-i386";
  };
  i686-windows = windows // {
    triple = "i686-pc-windows-gnullvm";
    zigTarget = "x86-windows-gnu";
    goArch = "386";
    fileFormat = "COFF-i386";
    runner = "wine";
    # NB: in the 64-bit wine 8 the 32-bit ws2_32.dll fails to start.
    runnerLacks = [ "sockets" ];
  };
  loongarch64-linux = linuxMusl // {
    triple = "loongarch64-unknown-linux-musl";
    zigTarget = "loongarch64-linux-musl";
    goArch = "loong64";
    fileFormat = "elf64-loongarch";
    runner = "qemu-loongarch64";
  };
  mips-linux = linuxMuslInPlace // {
    triple = "mips-unknown-linux-musl";
    zigTarget = "mips-linux-musleabi";
    goArch = "mips";
    goLevel = "GOMIPS=softfloat";
    fileFormat = "elf32-mips";
    runner = "qemu-mips";
  };
  # NB: the crate libc 0.2.190 and 0.2.191 give it the socket options of other processors: a service that uses those versions
  # cannot listen. Cargo.lock has 0.2.189.
  mips64el-linux = linuxMuslInPlace // {
    triple = "mips64el-unknown-linux-muslabi64";
    zigTarget = "mips64el-linux-muslabi64";
    goArch = "mips64le";
    fileFormat = "elf64-mips";
    # NB: where registers run short, LLVM takes the instruction that extends 32 bits to 64 for a mere copy and drops it, which
    # was mended after those of this rustc and this zig (https://github.com/llvm/llvm-project/issues/213419): SQLite overran its
    # memory so. The allocator of unoptimised builds looks for no copies; everything else is optimised as ever.
    llvmArguments = [ "-optimize-regalloc=false" ];
    runner = "qemu-mips64el";
  };
  powerpc64-linux = linuxMusl // {
    triple = "powerpc64-unknown-linux-musl";
    zigTarget = "powerpc64-linux-musl";
    goArch = "ppc64";
    fileFormat = "elf64-powerpc";
    runner = "qemu-ppc64";
  };
  powerpc64le-linux = linuxMusl // {
    triple = "powerpc64le-unknown-linux-musl";
    zigTarget = "powerpc64le-linux-musl";
    goArch = "ppc64le";
    fileFormat = "elf64-powerpcle";
    runner = "qemu-ppc64le";
  };
  riscv64-linux = linuxMusl // {
    triple = "riscv64gc-unknown-linux-musl";
    zigTarget = "riscv64-linux-musl";
    goArch = "riscv64";
    fileFormat = "elf64-littleriscv";
    runner = "qemu-riscv64";
  };
  s390x-linux = linuxMusl // {
    triple = "s390x-unknown-linux-musl";
    zigTarget = "s390x-linux-musl";
    goArch = "s390x";
    fileFormat = "elf64-s390";
    runner = "qemu-s390x";
  };
  universal-darwin = darwin // {
    triple = "universal2-apple-darwin";
    slices = [
      "aarch64-darwin"
      "x86_64-darwin"
    ];
    goArch = "all";
  };
  wasm32-wasi = wasi // {
    triple = "wasm32-wasip1";
    zigTarget = "wasm32-wasi-musl";
    goArch = "wasm";
    fileFormat = "WASM";
  };
  x86_64-darwin = darwin // {
    triple = "x86_64-apple-darwin";
    zigTarget = "x86_64-macos-none";
    goArch = "amd64";
    fileFormat = "Mach-O 64-bit x86-64";
  };
  x86_64-freebsd = freebsd // {
    triple = "x86_64-unknown-freebsd";
    zigTarget = "x86_64-freebsd-none";
    goArch = "amd64";
    fileFormat = "elf64-x86-64";
  };
  x86_64-linux = x86_64Linux // {
    goLevel = "GOAMD64=v1";
    runner = "native";
  };
  x86_64-linux-gnu = linuxGnu // {
    triple = "x86_64-unknown-linux-gnu";
    zigTarget = "x86_64-linux-gnu.${linuxGnu.glibcFloor}";
    goArch = "amd64";
    fileFormat = "elf64-x86-64";
    interpreter = "/lib64/ld-linux-x86-64.so.2";
    runner = "native";
  };
  x86_64-netbsd = netbsd // {
    triple = "x86_64-unknown-netbsd";
    zigTarget = "x86_64-netbsd-none";
    goArch = "amd64";
    fileFormat = "elf64-x86-64";
  };
  x86_64-windows = windows // {
    triple = "x86_64-pc-windows-gnullvm";
    zigTarget = "x86_64-windows-gnu";
    goArch = "amd64";
    fileFormat = "COFF-x86-64";
    runner = "wine";
  };
  x86_64_v2-linux = x86_64Level "2" // {
    # NB: a processor of just this level, so that an instruction above it ends the program.
    runner = "qemu-x86_64";
    runnerArguments = [
      "-cpu"
      "Nehalem"
    ];
  };
  x86_64_v3-linux = x86_64Level "3" // {
    runner = "qemu-x86_64";
    runnerArguments = [
      "-cpu"
      "Haswell,-hle,-rtm,-pcid,-x2apic,-tsc-deadline,-invpcid"
    ];
  };
  # NB: qemu has no AVX-512, and not every machine that builds has it.
  x86_64_v4-linux = x86_64Level "4" // { runner = "none"; };
}
