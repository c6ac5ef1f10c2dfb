# The definition of a build (docs/attestation-format.md): everything that `rebuild-verifier attest` states except the digests,
# which it computes itself. It comes from the evaluated flake alone, before anything is built.
{
  # samebits itself (../workspace.nix), and whether this flake is it.
  samebits,
  isSamebits,
  # The flake whose build is defined, its folder and its commit (stamp.nix).
  self,
  root,
  stamp,
  toolchain,
}:
{
  name,
  platform,
  platformName,
  # Whether the build knows its commit. Then the commit's time is its SOURCE_DATE_EPOCH.
  stamped,
  # The unpacked crates of the build's lock file.
  vendor,
}:
let
  lib = import ../lib.nix;
  # The derivations that both builds may share, by file name. NB: the string context is discarded, so that the definition does
  # not depend on the derivations that it only names.
  sharedInputs = toolchain.sharedInputs // {
    sources = toolchain.sharedInputs.sources ++ [ vendor ] ++ vendor.repositories;
  };
  ofKind =
    kind:
    map (input: {
      inherit kind;
      derivation = baseNameOf (builtins.unsafeDiscardStringContext input.drvPath);
    }) sharedInputs.${kind};
  # A flake's tree, by the hash of its Nix archive, and by its commit if it has one.
  tree =
    flake:
    {
      narSha256 = import ./sriToHex.nix flake.narHash;
    }
    // lib.optionalAttrs (flake ? rev) { gitCommit = flake.rev; };
  # NB: the workspace may be in a folder below the flake's, and flake.lock is beside flake.nix.
  lockFile = path: {
    name = path;
    digest.sha256 =
      let
        places = builtins.filter builtins.pathExists [
          (root + "/${path}")
          "${self}/${path}"
        ];
      in
      if places != [ ] then
        builtins.hashFile "sha256" (builtins.head places)
      else
        throw "samebits: the source has no '${path}', so this build could not be repeated; ${
          if path == "flake.lock" then "run `nix flake lock`" else "restore it"
        }, and `git add ${path}` if the flake is a git repository";
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
    sourceDateEpoch = if stamped then stamp.epochSeconds else toolchain.sourceDateEpoch;
    toolchain = "rustc ${toolchain.rust.version}";
    # NB: to verifiers, a dependency without a URI is the source itself or a file in it.
    resolvedDependencies = [
      {
        name = "source";
        digest = tree self;
      }
    ]
    ++ map lockFile (
      [
        "Cargo.lock"
        "flake.lock"
      ]
      ++ lib.optional isSamebits "nix/toolchain/std-Cargo.lock"
    )
    ++ lib.optional (!isSamebits) {
      name = "samebits";
      uri = "pkg:generic/samebits@${samebits.version}";
      digest = tree samebits.self;
    }
    ++ toolchain.archives.descriptors;
    sharedInputs = builtins.concatMap ofKind (builtins.attrNames sharedInputs);
    variations = map (condition: {
      inherit (condition) name original rebuilt;
    }) toolchain.conditions;
  };
}
