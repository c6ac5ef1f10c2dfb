# The archive toolchain: makes compilers and linkers that run on x86_64-linux out of a closed set of pinned archives.
#
# `original` and `rebuilt` are the same record under different conditions.
{
  system,
  # Lock files of other workspaces, whose crates belong to the closed set as well: { path; list; }, the name that ./bootstrap
  # knows it by.
  lockFiles,
  # The URL patterns of ./archives.nix.
  mirrors,
  # The command that puts missing archives into the store.
  bootstrapCommand,
  # What differs between both records: ./conditions.nix, perhaps with other values.
  conditions,
}:
let
  lib = import ../lib.nix;
  archives = import ./archives.nix {
    inherit
      system
      lockFiles
      mirrors
      bootstrapCommand
      ;
  };
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
  vendorCargoDeps = import ./vendorCargoDeps.nix { inherit shell archives rust; };
  runnerOf = import ./runners.nix {
    inherit shell archives rust;
    hostCc = wrappers.host-cc;
  };

  conditionsLibrary = import ./conditionsLibrary.nix {
    inherit
      shell
      archives
      rust
      zig
      ;
  };

  hostTriple = "x86_64-unknown-linux-gnu";
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
  # What is built once and used by the builds under both sets of conditions, by the kinds of docs/attestation-format.md.
  # NB: nothing that is compiled for a build may be listed here: see docs/auditing.md.
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

  # The record whose functions run their scripts under one set of conditions.
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
          inherit
            rust
            triple
            name
            environment
            ;
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
        runnerOf
        sharedInputs
        std
        vendorCargoDeps
        ;

      # What conditions.sh exports.
      sourceDateEpoch = 1;

      # The RUSTC_WORKSPACE_WRAPPER for the crates of this repository; it reads COMMIT_TIME.
      rustcAtCommit = wrappers.rustc-at-commit;

      # The rustdoc that links doc tests like the programs of a build.
      inherit (wrappers) rustdoc;

      # The attributes of a derivation that calls cargo. Its script sources "$cargoSetup" first.
      cargoSetup = {
        cargoSetup = ./cargoSetup.sh;
        zigCache = ./zigCache.sh;
      };

      # Make a derivation out of a script: plainShell as it is, shell under the conditions of this record.
      plainShell = shell;
      shell = conditioned;

      # The environment in which cargo builds for the build machine.
      # NB: clippy recognises the compiler by its file name, but a store path begins with a hash.
      hostEnvironment = hostEnvironment // {
        RUSTC = "${rustcByName}/bin/rustc";
      };

      # The variable with rustc's flags for a target.
      rustflagsVariable = triple: cargoVariable triple "RUSTFLAGS";

      # The environment variables that give cargo and cc-rs the compiler, linker and C compiler for one platform.
      platformEnvironment =
        platform:
        let
          environment = compilerEnvironment platform;
        in
        environment // { TARGET_ZIG_CACHE = libc platform.triple (nameOf platform) environment; };

      # The same environment, but the linker also writes its map and the executable with symbols. NB: cargo's settings are no
      # alternative, because it hashes them into every symbol name; it does not see the linker that the rustc wrapper sets.
      withLinkMap =
        environment:
        environment
        // {
          TARGET_LINKER = wrappers.linker-with-map;
          MAPPED_LINKER = environment.TARGET_LINKER;
          LINK_MAP = "link-map";
          SYMBOLS = "symbols";
        };
    };
in
lib.genAttrs [ "original" "rebuilt" ] under
