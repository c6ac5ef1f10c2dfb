# The environment variables that give cargo and cc-rs the compiler, linker and C compiler, for the build machine and for a
# platform, and the standard libraries that they name.
{
  # Makes derivations (shell.nix), under the conditions of the builds.
  shell,
  # The compiler, zig, the wrappers around both (wrappers.nix), and the crates of the standard library.
  rust,
  zig,
  wrappers,
  stdCrates,
  # The build machine's target triple.
  hostTriple,
  # zig's cache for a triple, by a name, made in an environment; "" for none: zig then compiles its libc in each build.
  libc ?
    triple: name: environment:
    import ./libc.nix {
      inherit
        shell
        rust
        triple
        name
        environment
        ;
    },
  # A platform's sysroot, given the one that is compiled from source.
  sysroot ? platform: compiled: compiled,
}:
let
  lib = import ../lib.nix;

  # A target triple as cargo and cc-rs spell it in the names of environment variables.
  underscored = builtins.replaceStrings [ "-" "." ] [ "_" "_" ];
  cargoVariable = triple: name: "CARGO_TARGET_${lib.toUpper (underscored triple)}_${name}";

  # The rustc flags for code generation on a platform.
  codeFlags =
    platform:
    lib.optional (platform ? cpu) "-Ctarget-cpu=${platform.cpu}"
    ++ map (argument: "-Cllvm-args=${argument}") platform.llvmArguments;
  # Platforms of the same name share a standard library.
  nameOf = platform: platform.triple + lib.optionalString (platform ? cpu) "-${platform.cpu}";

  # Compiles and links Rust for the build machine. Every cargo call needs this, for any platform.
  rustEnvironment = {
    RUSTC = wrappers.rustc;
    ${cargoVariable hostTriple "LINKER"} = wrappers.host-cc;
  };
  cargoEnvironment = rustEnvironment // {
    "CC_${underscored hostTriple}" = wrappers.host-cc;
    "AR_${underscored hostTriple}" = wrappers.target-ar;
    CARGO_ZIGBUILD_ZIG_COMMAND = "${zig}/bin/zig";
    CARGO_ZIGBUILD_ZIG_VERSION = zig.version;
  };
  hostEnvironment = cargoEnvironment // {
    HOST_ZIG_CACHE = libc hostTriple "host" cargoEnvironment;
  };

  # What links for any platform. cargo-zigbuild asks rustc for its version.
  linkTools = {
    inherit (cargoEnvironment) CARGO_ZIGBUILD_ZIG_COMMAND CARGO_ZIGBUILD_ZIG_VERSION RUSTC;
    TARGET_AR = wrappers.target-ar;
  };

  std =
    platform:
    import ./std.nix {
      inherit shell rust;
      environment = rustEnvironment // {
        inherit (hostEnvironment) HOST_ZIG_CACHE;
      };
      inherit (platform) triple;
      name = nameOf platform;
      rustflags = codeFlags platform;
      vendor = stdCrates;
    };
  compilerEnvironment =
    platform:
    hostEnvironment
    // {
      CARGO_BUILD_TARGET = platform.triple;
      TARGET_SYSROOT = sysroot platform (std platform);
      TARGET_LINKER = wrappers.${platform.linker or "target-cc"};
      ZIG_TARGET = platform.zigTarget;
      ZIG_CPU = platform.zigCpu or "";
      ZIG_LLVM_FLAGS = toString (map (argument: "-mllvm ${argument}") platform.llvmArguments);
      ${cargoVariable platform.triple "RUSTFLAGS"} = toString (platform.rustflags ++ codeFlags platform);
      "CC_${underscored platform.triple}" = wrappers.target-cc;
      "CXX_${underscored platform.triple}" = wrappers.target-cxx;
      "AR_${underscored platform.triple}" = wrappers.target-ar;
    }
    // lib.mapAttrs' (name: lib.nameValuePair "CARGO_PROFILE_RELEASE_${name}") platform.profile;
in
{
  inherit std hostEnvironment hostTriple;

  # The variable with rustc's flags for a target.
  rustflagsVariable = triple: cargoVariable triple "RUSTFLAGS";

  # The environment variables that give cargo and cc-rs the compiler, linker and C compiler for one platform.
  platformEnvironment =
    platform:
    let
      environment = compilerEnvironment platform;
    in
    environment // { TARGET_ZIG_CACHE = libc platform.triple (nameOf platform) environment; };

  # The same environment, but executables are not linked: a wrapper keeps what the linker is given in the folder KEPT_LINKS.
  # NB: cargo's settings are no alternative, because it hashes them into every symbol name; it does not see the linker that the
  # rustc wrapper sets.
  withKeptLinks =
    environment:
    environment
    // {
      KEPT_LINKS = "kept-links";
      KEEPING_LINKER = wrappers.keep-link;
    };

  # The environment that links what was kept, and compiles C for the same platform.
  linkEnvironment =
    environment:
    linkTools
    // {
      inherit (environment)
        CARGO_BUILD_TARGET
        TARGET_LINKER
        TARGET_ZIG_CACHE
        ZIG_CPU
        ZIG_LLVM_FLAGS
        ZIG_TARGET
        ;
      TARGET_CC = wrappers.target-cc;
    };
  hostLinkEnvironment = linkTools // {
    inherit (hostEnvironment) HOST_ZIG_CACHE;
    TARGET_LINKER = wrappers.host-cc;
    TARGET_CC = wrappers.host-cc;
  };

  # The environment of a link, but the linker also writes its map, and each executable once more with its symbols.
  withLinkMap =
    environment:
    environment
    // {
      TARGET_LINKER = wrappers.linker-with-map;
      MAPPED_LINKER = environment.TARGET_LINKER;
    };
}
