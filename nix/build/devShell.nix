# `nix develop`: the pinned compiler, linker and C compiler on PATH, with cargo set up to use them.
{ toolchain }:
toolchain.plainShell (
  toolchain.hostEnvironment
  // {
    name = "samebits";
    script = builtins.toFile "no-build.sh" "echo 'this derivation is for: nix develop' >&2; exit 1\n";
    tools = [
      toolchain.rust
      toolchain.zig
    ];
    # NB: what `nix develop` sources; it accepts no derivation without one.
    stdenv = ./devShell;
  }
)
