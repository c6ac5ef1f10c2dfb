# The definition of a build (docs/attestation-format.md): what `rebuild-verifier attest` states besides the digests that it
# takes itself. Written before anything is built, from what Nix knows of the flake.
{
  self,
  root,
  stamp,
  toolchain,
}:
{
  name,
  platform,
  platformName,
  # The crates of the lock file that is built, unpacked.
  vendor,
}:
let
  lib = import ../lib.nix;
  # What both builds may be made with, each derivation by the name of its file: NB: without the dependency that a derivation's
  # path otherwise is, since nothing of it is needed to say so.
  sharedInputs = toolchain.sharedInputs // {
    sources = toolchain.sharedInputs.sources ++ [ vendor ];
  };
  ofKind =
    kind:
    map (input: {
      inherit kind;
      derivation = baseNameOf (builtins.unsafeDiscardStringContext input.drvPath);
    }) sharedInputs.${kind};
  lockFile = path: {
    name = path;
    digest.sha256 = builtins.hashFile "sha256" (root + "/${path}");
  };
in
toolchain.plainShell {
  name = "${name}-definition.json";
  script = ./definition.sh;
  definition = builtins.toJSON {
    flakeAttribute = name;
    platform = platformName;
    target = platform.triple;
    source = {
      inherit (stamp) revision;
      inherit (self) narHash;
    };
    sourceDateEpoch = stamp.epochSeconds;
    toolchain = "rustc ${toolchain.rust.version}";
    resolvedDependencies = [
      {
        name = "source";
        digest = {
          narSha256 = import ./sriToHex.nix self.narHash;
        } // lib.optionalAttrs (!stamp.dirty) { gitCommit = stamp.revision; };
      }
    ]
    ++ map lockFile [
      "Cargo.lock"
      "flake.lock"
      "nix/toolchain/std-Cargo.lock"
    ]
    ++ toolchain.archives.descriptors;
    sharedInputs = builtins.concatMap ofKind (builtins.attrNames sharedInputs);
    variations = map (condition: {
      inherit (condition) name original rebuilt;
    }) toolchain.conditions;
  };
}
