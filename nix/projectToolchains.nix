# The archive toolchain, under both sets of conditions, for a project whose lock file belongs to the closed set as well.
{
  system,
  # Whether the project is samebits itself, whose lock files archives.json lists.
  isSamebits,
  # The project's folder with the lock file, where that is (build/places.nix), and its arguments `archives` and `outputHashes`.
  root,
  places,
  archives,
  outputHashes,
  # The conditions of the builds (build/conditions.nix).
  conditions ? import ./toolchain/conditions.nix,
}:
let
  lib = import ./lib.nix;
in
import ./toolchain {
  inherit conditions system;
  lockFiles = lib.optional (!isSamebits) {
    path = root + "/Cargo.lock";
    inherit outputHashes;
    # NB: ./bootstrap looks for it in the project's folder.
    list = "project:" + places.seenFromFlake "Cargo.lock";
  };
  mirrors = (import ./arguments.nix).mirrorsFrom archives;
  bootstrapCommand = if isSamebits then "./bootstrap" else "nix run .#bootstrap -- --flake .";
}
