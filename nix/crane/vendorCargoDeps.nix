# Unpacks the crates of a lock file into cargo directory sources.
{ toolchain, writeTOML, ... }:
args:
let
  inherit (import ../names.nix) orThrow;
  lib = import ../lib.nix;
in
orThrow
  (import ./refusals.nix (
    builtins.intersectAttrs {
      overrideVendorCargoPackage = null;
      overrideVendorGitCheckout = null;
      registries = null;
    } args
  ))
  (
    toolchain.vendorCargoDeps (
      builtins.intersectAttrs {
        outputHashes = null;
        src = null;
      } args
      // (
        let
          cargoLock = import ./givenLock.nix writeTOML args;
        in
        lib.optionalAttrs (cargoLock != null) { inherit cargoLock; }
      )
    )
  )
