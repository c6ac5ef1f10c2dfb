# `nix develop`: the pinned compiler, linker and C compiler on PATH, with cargo set up to use them.
{ toolchain }:
toolchain.plainShell (
  toolchain.hostEnvironment
  // {
    name = "samebits";
    script = builtins.toFile "no-build.sh" "echo 'this derivation is for: nix develop' >&2; exit 1\n";
    toolchainPath = "${toolchain.rust}/bin:${toolchain.zig}/bin";
    # NB: `nix develop` reads the outputs' names from the environment.
    outputs = [ "out" ];
    # NB: `nix develop` sources $stdenv/setup, and rejects a derivation without stdenv.
    stdenv = ./devShell;
  }
)
