# `nix develop`: the pinned compiler, linker and C compiler on PATH, with cargo set up to use them. Other arguments become
# variables of the shell; shellHook is evaluated when it starts.
{ environment, toolchain, ... }:
{
  # Derivations whose inputs the shell has, too: a set, and a list.
  checks ? { },
  inputsFrom ? [ ],
  # What else is on PATH.
  packages ? [ ],
  name ? "samebits",
  ...
}@args:
let
  lib = import ../lib.nix;
  isFolder = input: builtins.isAttrs input;
  inherited = builtins.concatMap (
    derivation: derivation.nativeBuildInputs or [ ] ++ derivation.buildInputs or [ ]
  ) (builtins.attrValues checks ++ inputsFrom);
  inputs = [
    toolchain.rust
    toolchain.zig
  ]
  ++ packages
  ++ args.nativeBuildInputs or [ ]
  ++ args.buildInputs or [ ]
  # NB: the hooks of builds are files.
  ++ builtins.filter isFolder inherited;
in
toolchain.plainShell (
  environment
  // removeAttrs args [
    "buildInputs"
    "checks"
    "env"
    "inputsFrom"
    "nativeBuildInputs"
    "packages"
  ]
  // args.env or { }
  // {
    inherit name;
    script = builtins.toFile "no-build.sh" "echo 'this derivation is for: nix develop' >&2; exit 1\n";
    toolchainPath = builtins.concatStringsSep ":" (lib.unique (map (input: "${input}/bin") inputs));
    # NB: `nix develop` reads the outputs' names from the environment.
    outputs = [ "out" ];
    # NB: `nix develop` sources $stdenv/setup, and rejects a derivation without stdenv.
    stdenv = ./devShell;
  }
)
