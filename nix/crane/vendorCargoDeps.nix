# Unpacks the crates of a lock file into cargo directory sources.
{
  crateRegistries,
  outputHashes,
  toolchain,
  ...
}:
args:
let
  lib = import ../lib.nix;
  inherit (import ../names.nix) orThrow;
  # NB: null is as good as none.
  given = lib.filterAttrs (_: value: value != null) (
    builtins.intersectAttrs {
      cargoLock = null;
      cargoLockContents = null;
      cargoLockParsed = null;
      outputHashes = null;
      src = null;
    } args
  );
in
orThrow
  (import ./refusals.nix (
    builtins.intersectAttrs {
      overrideVendorCargoPackage = null;
      overrideVendorGitCheckout = null;
    } args
  ))
  (
    toolchain.vendorCargoDeps (
      {
        inherit outputHashes;
        downloads = builtins.mapAttrs (_: registry: registry.downloadUrl) crateRegistries;
      }
      // given
    )
  )
