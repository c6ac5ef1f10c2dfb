# nix-fmt, the program that `nix fmt` runs. It formats Nix files and checks that they are formatted.
{ crane }:
crane.buildPackage {
  pname = "nix-fmt";
  src = crane.cleanCargoSource ./.;
  strictDeps = true;
  cargoArtifacts = null;
  doCheck = false;
  # NB: the formatter's crate asks for a newer compiler than the pinned one, which can compile it: see Cargo.toml.
  cargoExtraArgs = "--locked --ignore-rust-version";
  RUSTC_BOOTSTRAP = "1";
}
