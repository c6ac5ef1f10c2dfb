# `cargo test --doc`: fails if an example in the documentation fails.
{ mkCargoDerivation, ... }:
import ./testing.nix {
  inherit mkCargoDerivation;
  suffix = "-doctest";
  command = "cargoWithProfile test --doc";
}
