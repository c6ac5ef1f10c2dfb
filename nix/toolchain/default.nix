# The archive toolchain: a closed set of pinned archives, turned into what compiles on x86_64-linux.
#
# `original` and `rebuilt` are the same record, each under its own set of conditions.
{ system }:
let
  lib = import ../lib.nix;
  archives = import ./archives.nix { inherit system; };
  seed = import ./seed.nix { inherit system archives; };
  shell = import ./shell.nix { inherit system seed; };
  rust = import ./rust.nix { inherit shell archives; };
  llvm = import ./llvm.nix { inherit shell archives rust; };
  zig = import ./zig.nix { inherit shell archives; };
  wrappers = import ./wrappers.nix {
    inherit
      shell
      seed
      rust
      zig
      ;
  };
  vendorCargoDeps = import ./vendorCargoDeps.nix { inherit shell archives; };

  conditions = import ./conditions.nix;
  conditionsLibrary = import ./conditionsLibrary.nix {
    inherit
      shell
      archives
      rust
      zig
      ;
  };

  hostTriple = "x86_64-unknown-linux-gnu";
  # A triple as it stands in the names of cargo's and cc-rs's variables.
  underscored = builtins.replaceStrings [ "-" "." ] [ "_" "_" ];
  cargoVariable = triple: name: "CARGO_TARGET_${lib.toUpper (underscored triple)}_${name}";

  # What of a platform decides the code that is made for it, as rustc's flags.
  codeFlags =
    platform:
    lib.optional (platform ? cpu) "-Ctarget-cpu=${platform.cpu}"
    ++ map (argument: "-Cllvm-args=${argument}") platform.llvmArguments;
  # What platforms that can share a standard library have in common.
  nameOf = platform: platform.triple + lib.optionalString (platform ? cpu) "-${platform.cpu}";

  # What compiles and links Rust for the machine that builds; and what every cargo call needs, for whatever platform.
  rustEnvironment = {
    RUSTC = wrappers.rustc;
    ${cargoVariable hostTriple "LINKER"} = wrappers.host-cc;
  };
  # What is made once, and goes into the builds of either set of conditions: by the kinds of docs/attestation-format.md. NB:
  # nothing that is compiled for a build may ever stand here, see docs/auditing.md.
  sharedInputs = {
    tools = [
      seed
      llvm
    ];
    compiler = [
      rust
      rustcByName
    ];
    linker = [ zig ];
    wrapper = builtins.attrValues wrappers;
    sources = [ stdCrates ];
    conditions = [ conditionsLibrary ];
  };
  stdCrates = vendorCargoDeps { cargoLock = ./std-Cargo.lock; };

  rustcByName = shell {
    name = "rustc-by-name";
    script = builtins.toFile "rustc-by-name.sh" "mkdir -p $out/bin; ln -s $rustc $out/bin/rustc";
    inherit (wrappers) rustc;
  };
  cargoEnvironment = rustEnvironment // {
    "CC_${underscored hostTriple}" = wrappers.host-cc;
    "AR_${underscored hostTriple}" = wrappers.target-ar;
    CARGO_ZIGBUILD_ZIG_COMMAND = "${zig}/bin/zig";
    CARGO_ZIGBUILD_ZIG_VERSION = zig.version;
  };

  # A record's functions run their scripts under one set of conditions.
  under =
    which:
    let
      conditioned = import ./conditioned.nix {
        inherit
          shell
          conditions
          conditionsLibrary
          which
          ;
      };
      std =
        platform:
        import ./std.nix {
          shell = conditioned;
          inherit rust;
          environment = rustEnvironment // {
            inherit (hostEnvironment) HOST_ZIG_CACHE;
          };
          inherit (platform) triple;
          name = nameOf platform;
          rustflags = codeFlags platform;
          vendor = stdCrates;
        };
      libc =
        triple: name: environment:
        import ./libc.nix {
          shell = conditioned;
          inherit rust triple name environment;
        };
      hostEnvironment = cargoEnvironment // {
        HOST_ZIG_CACHE = libc hostTriple "host" cargoEnvironment;
      };
      compilerEnvironment =
        platform:
        hostEnvironment
        // {
          CARGO_BUILD_TARGET = platform.triple;
          TARGET_SYSROOT = std platform;
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
      inherit
        archives
        seed
        rust
        llvm
        zig
        conditions
        sharedInputs
        std
        vendorCargoDeps
        ;

      # What cargo calls for the crates of its workspace, before rustc; it reads COMMIT_TIME.
      rustcAtCommit = wrappers.rustc-at-commit;

      # What a derivation that calls cargo needs: its script sources "$cargoSetup" first.
      cargoSetup = {
        cargoSetup = ./cargoSetup.sh;
        zigCache = ./zigCache.sh;
      };

      # Makes a derivation out of a script: as it is, and under the conditions of this record.
      plainShell = shell;
      shell = conditioned;

      # What cargo needs to build for the machine that builds.
      # NB: clippy recognises the compiler by its file's name, which in the store begins with a hash.
      hostEnvironment = hostEnvironment // {
        RUSTC = "${rustcByName}/bin/rustc";
      };

      # Compiler, linker and C compiler for one platform, as the environment variables that cargo and cc-rs read.
      platformEnvironment =
        platform:
        let
          environment = compilerEnvironment platform;
        in
        environment // { TARGET_ZIG_CACHE = libc platform.triple (nameOf platform) environment; };

      # The same environment, in which the linker also writes the file link-map. NB: not with symbols in the executable: zig
      # then compiles its libc with what debuggers read, and some of its code comes out otherwise. And not by cargo's settings,
      # which it hashes into every symbol: of the linker that rustc calls it knows nothing.
      withLinkMap =
        environment:
        environment
        // {
          TARGET_LINKER = wrappers.linker-with-map;
          MAPPED_LINKER = environment.TARGET_LINKER;
          LINK_MAP = "link-map";
        };
    };
in
lib.genAttrs [ "original" "rebuilt" ] under
