# crane's interface on the archive toolchain. The functions have crane's names, arguments and meanings
# (https://crane.dev/API.html), so that the same service definition works with either toolchain.
#
# As in any crane cross build, the environment variables among the arguments select the platform.
toolchain:
let
  functions = {
    # Builds only the dependencies. The result is the cargoArtifacts argument of the other functions.
    buildDepsOnly = import ./buildDepsOnly.nix scope;
    # Builds a package and installs its executables.
    buildPackage = import ./buildPackage.nix scope;
    # Derivations that fail if `cargo clippy`, `cargo doc`, `cargo fmt --check` or `cargo test` fails.
    cargoClippy = import ./cargoClippy.nix scope;
    cargoDoc = import ./cargoDoc.nix scope;
    cargoFmt = import ./cargoFmt.nix scope;
    cargoTest = import ./cargoTest.nix scope;
    # Reduces a source to what cargo reads.
    cleanCargoSource = import ./cleanCargoSource.nix;
    # The base of the functions above: one cargo call with prepared sources, vendored crates and artifacts.
    mkCargoDerivation = import ./mkCargoDerivation.nix scope;
    # Empties every crate of a workspace. The result changes only if the dependencies change.
    mkDummySrc = import ./mkDummySrc.nix scope;
    # Unpacks the crates of a lock file into a cargo directory source.
    inherit (toolchain) vendorCargoDeps;
  };
  scope = functions // {
    inherit toolchain;
  };
in
functions
