# The definition of a build (docs/attestation-format.md): what `rebuild-verifier attest` states besides the digests that it
# takes itself. Written before anything is built, from what Nix knows of the flake.
{
  self,
  root,
  stamp,
  toolchain,
}:
{ name, platform, platformName }:
let
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
        } // (if stamp.dirty then { } else { gitCommit = stamp.revision; });
      }
    ]
    ++ map lockFile [
      "Cargo.lock"
      "flake.lock"
      "nix/toolchain/std-Cargo.lock"
    ]
    ++ toolchain.archives.descriptors;
    variations = map (condition: {
      inherit (condition) name original rebuilt;
    }) toolchain.conditions;
  };
}
