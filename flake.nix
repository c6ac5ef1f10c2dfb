{
  description = "Rust services, cross-compiled and built twice: every release rebuilds bit for bit";

  outputs =
    { self }:
    import ./nix {
      inherit self;
      root = ./.;
    };
}
