# The definition of a build (docs/attestation-format.md): everything that `rebuild-verifier attest` states except the digests,
# which it computes itself. It comes from the evaluated flake alone, before anything is built.
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
  # The unpacked crates of the build's lock file.
  vendor,
}:
let
  lib = import ../lib.nix;
  # The derivations that both builds may share, by file name. NB: the string context is discarded, so that the definition does
  # not depend on the derivations that it only names.
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
