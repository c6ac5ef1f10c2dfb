# `cargo test`: fails if a test fails.
{ mkCargoDerivation, ... }:
import ./testing.nix {
  inherit mkCargoDerivation;
  suffix = "-test";
  command = "cargoWithProfile test";
}
