# The definition of a build (docs/attestation-format.md): everything that `rebuild-verifier attest` states except the digests,
# which it computes itself. It comes from the evaluated flake alone, before anything is built.
{
  # samebits itself (../workspace.nix), and whether this flake is it.
  samebits,
  isSamebits,
  # The flake whose build is defined, its commit (stamp.nix), and where it and its workspace are in its source (places.nix).
  self,
  stamp,
  places,
  toolchain,
  # The unpacked crates of samebits' own lock file, with which each build makes crates/build-stamp.
  toolVendor,
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
    sources = lib.unique (
      toolchain.sharedInputs.sources ++ [ vendor ] ++ vendor.repositories ++ [ toolVendor ]
    );
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
  # A file of the source, by its path from the source's root.
  fileIn =
    folder: name:
    let
      path = if folder == "" then name else "${folder}/${name}";
      file = "${places.tree}/${path}";
    in
    {
      name = path;
      digest.sha256 =
        if builtins.pathExists file then
          builtins.hashFile "sha256" file
        else
          throw "samebits: the source has no '${path}', so this build could not be repeated; ${
            if name == "flake.lock" then "run `nix flake lock`" else "restore it"
          }, and `git add ${path}` if the flake is a git repository";
    };
  workspace =
    if places.workspace != null then
      places.workspace
    else
      throw "samebits: the workspace is outside the flake's source, so nobody could build it again from that source; let src be a folder of the flake, as in `src = ./rust;`";
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
    ++ [
      (fileIn workspace "Cargo.lock")
      (fileIn places.flake "flake.lock")
    ]
    ++ lib.optional isSamebits (fileIn workspace "nix/toolchain/std-Cargo.lock")
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
