# crane's own functions, as nix/build calls them: each build also gets the caches and flags of ../toolchain/cargoSetup.sh.
{
  # crane's functions for these pkgs, and the toolchain record.
  craneLib,
  pkgs,
  toolchain,
}:
let
  setup = pkgs.makeSetupHook {
    name = "samebits-cargo-setup";
    substitutions = { inherit (toolchain.cargoSetup) zigCache; };
  } ./cargoSetup.sh;
  withSetup =
    function: args:
    function (
      args
      // {
        nativeBuildInputs = (args.nativeBuildInputs or [ ]) ++ [ setup ];
        # NB: nixpkgs would strip and patch executables with the build machine's tools, whatever platform they are for, and crane
        # would replace store paths in them and sign them again. These have none: ../build/checkExecutables.sh sees to that.
        dontFixup = true;
        doNotRemoveReferencesToRustToolchain = true;
        doNotRemoveReferencesToVendorDir = true;
      }
    );
in
craneLib
// {
  buildDepsOnly = withSetup craneLib.buildDepsOnly;
  buildPackage = withSetup craneLib.buildPackage;
}
