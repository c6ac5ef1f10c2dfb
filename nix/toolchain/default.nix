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
      environment = import ./environment.nix {
        shell = conditioned;
        inherit
          rust
          zig
          wrappers
          stdCrates
          ;
        hostTriple = "x86_64-unknown-linux-gnu";
      };
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
        vendorCargoDeps
        ;
      inherit (environment)
        std
        rustflagsVariable
        hostLinkEnvironment
        hostTriple
        linkEnvironment
        platformEnvironment
        withKeptLinks
        withLinkMap
        ;

      # What conditions.sh exports.
      sourceDateEpoch = 1;

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
      hostEnvironment = environment.hostEnvironment // {
        RUSTC = "${rustcByName}/bin/rustc";
      };
    };
in
lib.genAttrs [ "original" "rebuilt" ] under
