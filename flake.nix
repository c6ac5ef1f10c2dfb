{
  description = "Rust services, cross-compiled and built twice: every release rebuilds bit for bit";

  # The default outputs need no inputs, so that anyone can audit a release offline, years later, without a flake registry
  # or nixpkgs. Everything that is built comes from archives: nix/toolchain/archives.json and the lock files pin them by
  # SHA-256, and ./bootstrap puts them into the store. A checkout and a copy of the archives (`./bootstrap --export`) are
  # therefore all that a rebuild takes.
  outputs =
    { self }:
    import ./nix {
      inherit self;
      root = ./.;
    };
}
