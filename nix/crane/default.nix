# crane's interface on the archive toolchain: mkLib toolchain gives these functions with crane's names, arguments and
# meanings (https://crane.dev/API.html), so that a service is written once for either toolchain.
#
# Platforms come in as in any crane cross build: as environment variables among the arguments.
toolchain:
let
  functions = {
    # What `cargo build` makes of the dependencies alone: an argument for the others' cargoArtifacts.
    buildDepsOnly = import ./buildDepsOnly.nix scope;
    # Builds a package and installs its executables.
    buildPackage = import ./buildPackage.nix scope;
    # `cargo clippy`, `cargo doc`, `cargo fmt --check`, `cargo test`: derivations that fail when these do.
    cargoClippy = import ./cargoClippy.nix scope;
    cargoDoc = import ./cargoDoc.nix scope;
    cargoFmt = import ./cargoFmt.nix scope;
    cargoTest = import ./cargoTest.nix scope;
    # A source with only what cargo looks at.
    cleanCargoSource = import ./cleanCargoSource.nix;
    # The derivation under all of these: one cargo call with prepared sources, vendored crates and artifacts.
    mkCargoDerivation = import ./mkCargoDerivation.nix scope;
    # A source in which every crate of the workspace is empty: it changes only when the dependencies do.
    mkDummySrc = import ./mkDummySrc.nix scope;
    # The crates of a lock file as a cargo directory source.
    inherit (toolchain) vendorCargoDeps;
  };
  scope = functions // {
    inherit toolchain;
  };
in
functions
