# Every platform, one entry each.
#
# An entry extends the record of its family with:
#   triple           Rust's target triple
#   zigTarget        zig's target triple
#   goArch           Go's name of the architecture
#   goLevel          the architecture level that a Go build would set (VARIABLE=value)
#   fileFormat       the file format, as llvm-readobj names it
#   runner           what runs its executables on an x86_64-linux machine (tests/end_to_end/runners.py) and in the sandbox
#                    (toolchain/runners.nix): native, qemu-<arch>, wine, wasmtime, none
#   runnerArguments  the runner's arguments before the executable
#   runnerLacks      needs of services that the platform meets and the runner does not
#   cpu              Rust's name of the oldest supported processor. Default: the triple's own
#   zigCpu           zig's name of that processor
#   llvmArguments    LLVM's code generation arguments, for Rust and for C
#   slices           universal executables only, instead of zigTarget and fileFormat: the platforms that it joins
# A family states:
#   os, goOs         Nix's and Go's names of the system
#   lacks            needs of services that the system does not meet
#   linkage          static: no interpreter, no shared library · system: only the libraries of systemLibraries
#   systemLibraries  an extended regular expression that the whole name of every imported library (WebAssembly: module) must
#                    match, ignoring case
#   interpreter      the dynamic loader, if every executable names one
#   glibcFloor       the newest glibc version whose symbols an executable may use
#   executableSuffix the suffix of executables' file names
#   linker           the wrapper in nix/toolchain/wrappers that rustc links with. Default: target-cc
#   rustflags        rustc's flags for the system
#   profile          what differs from Cargo's release profile
# docs/adding-a-platform.md says how to add a platform.
let
  common = {
    lacks = [ ];
    llvmArguments = [ ];
    profile = { };
    executableSuffix = "";
  };
  # NB: zig provides libc and start files. A standard library that is built from source lacks rustc's own copies.
  zigsLibc = "-Clink-self-contained=no";
  linux = common // {
    os = "linux";
    goOs = "linux";
  };
  linuxMusl = linux // {
    linkage = "static";
    rustflags = [
      zigsLibc
      # NB: static-pie. zig links one only if it is given -pie itself.
      "-Clink-arg=-pie"
    ];
  };
  # NB: on MIPS, static-pie self-relocation turns undefined weak symbols into the load address instead of null; std then calls
  # them. So link at a fixed address.
  linuxMuslInPlace = linuxMusl // {
    rustflags = [
      zigsLibc
      "-Clink-arg=-no-pie"
    ];
  };
  linuxGnu = linux // {
    linkage = "system";
    systemLibraries = "(ld-linux-(x86-64|aarch64)|lib(c|dl|m|pthread|rt|util))\\.so\\.[0-9]";
    # The glibc of RHEL 7. Debian 8 and Ubuntu 14.04 have newer ones.
    glibcFloor = "2.17";
    rustflags = [ ];
  };
  darwin = common // {
    os = "darwin";
    goOs = "darwin";
    linkage = "system";
    systemLibraries = "/usr/lib/libSystem\\.B\\.dylib";
    # NB: on darwin, cargo strips with rust-objcopy, which Debian's compiler lacks. Let the linker strip instead.
    # NB: the libc crate links libiconv on darwin, which nothing here calls. Drop unused dylibs.
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
    # NB: garbage collection would drop the start file's ABI note. Without that note, the FreeBSD kernel takes the program for
    # one of an ancient release and applies every compatibility behaviour since.
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
  # A microarchitecture level of the x86-64 psABI, from 2 up.
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
    # NB: the 32-bit ws2_32.dll fails to load in the 64-bit wine 8.
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
  # NB: the libc crate 0.2.190 and 0.2.191 define the wrong socket options for this target, so that a service cannot listen.
  # Cargo.lock has 0.2.189.
  mips64el-linux = linuxMuslInPlace // {
    triple = "mips64el-unknown-linux-muslabi64";
    zigTarget = "mips64el-linux-muslabi64";
    goArch = "mips64le";
    fileFormat = "elf64-mips";
    # NB: under register pressure, LLVM mistakes the sign extension from 32 to 64 bits for a copy and drops it, which made
    # SQLite overrun its memory (https://github.com/llvm/llvm-project/issues/213419). The fix is newer than the LLVM of this
    # rustc and this zig. The register allocator of unoptimised builds does not coalesce copies; all else stays optimised.
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
    # NB: a processor of exactly this level, so that an instruction above it ends the program.
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
  # NB: qemu does not emulate AVX-512, and not every build machine has it.
  x86_64_v4-linux = x86_64Level "4" // {
    runner = "none";
  };
}
