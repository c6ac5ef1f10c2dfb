{
  description = "Rust services, cross-compiled and built twice: every release rebuilds bit for bit";

  # For legacyPackages.<system>.nixpkgs alone (nix/nixpkgs). Nix fetches an input when an output reads it, and no other output
  # does. NB: trees instead of flakes, so that none of them brings inputs of its own.
  inputs = {
    # NB: the last release for x86_64-darwin, and the first that crane supports.
    nixpkgs = {
      url = "github:NixOS/nixpkgs/nixos-26.05";
      flake = false;
    };
    crane = {
      url = "github:ipetkov/crane";
      flake = false;
    };
    rust-overlay = {
      url = "github:oxalica/rust-overlay";
      flake = false;
    };
  };

  # The default outputs need no inputs, so that anyone can audit a release offline, years later, without a flake registry
  # or nixpkgs. Everything that is built comes from archives: nix/toolchain/archives.json and the lock files pin them by
  # SHA-256, and ./bootstrap puts them into the store. A checkout and a copy of the archives (`./bootstrap --export`) are
  # therefore all that a rebuild takes.
  outputs =
    { self, ... }@inputs:
    import ./nix {
      inherit self inputs;
      root = ./.;
    };
}
