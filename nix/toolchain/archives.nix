# Turns the pinned data of archives.json and the Cargo.lock files into fixed-output derivations, one an archive.
#
# Nothing here can fetch: ./bootstrap puts each file into the store under the output that these derivations name, and
# Nix does not build an output that it already has. What is missing reaches the builder, whose only act is its message.
{ system }:
let
  data = builtins.fromJSON (builtins.readFile ./archives.json);

  # NB: nothing that could run exists before the seed does, but Nix reports the name of a builtin builder that it does not
  # have. Not builtin:fetchurl with a URL that says it: under --store that writes to the store of the running system.
  fixed =
    {
      kind,
      name,
      version,
      file,
      sha256,
      recursive ? false,
    }:
    derivation {
      name = file;
      inherit system;
      builder = "builtin:the ${kind} ${name} ${version} is not in the Nix store; to put it there, run: ./bootstrap";
      outputHash = sha256;
      outputHashAlgo = "sha256";
      outputHashMode = if recursive then "recursive" else "flat";
      preferLocalBuild = true;
    };

  fetched =
    archive:
    fixed {
      inherit (archive)
        kind
        name
        version
        file
        sha256
        ;
    };

  # Installed by the host's package manager where Nix itself is missing; no build reads these.
  isCarried = archive: archive.part == "nix";
  pinned = builtins.filter (archive: !isCarried archive) data.archives;

  crate =
    { name, version, checksum, ... }:
    fixed {
      kind = "crate";
      inherit name version;
      file = "${name}-${version}.crate";
      sha256 = checksum;
    };

  cratesOfLock =
    lockFile:
    builtins.filter (package: package ? checksum) (builtins.fromTOML (builtins.readFile lockFile)).package;

  seed = fixed {
    kind = "seed";
    name = "busybox";
    version = "tree";
    file = data.seed.file;
    sha256 = data.seed.nar_sha256;
    recursive = true;
  };

  listed = archive: {
    inherit (archive)
      kind
      name
      version
      file
      sha256
      part
      ;
    sizeBytes = archive.size_bytes;
    storePath = builtins.unsafeDiscardStringContext (fetched archive).outPath;
  };

  listedCrate = list: package: {
    kind = "crate";
    inherit (package) name version;
    file = "${package.name}-${package.version}.crate";
    sha256 = package.checksum;
    sizeBytes = null;
    part = "crates";
    inherit list;
    storePath = builtins.unsafeDiscardStringContext (crate package).outPath;
  };
in
{
  inherit seed crate cratesOfLock;

  # The archives of one part of the toolchain, in the order of archives.json.
  ofPart = part: map fetched (builtins.filter (archive: archive.part == part) pinned);

  # One archive by its package name.
  named =
    name:
    let
      found = builtins.filter (archive: archive.name == name) pinned;
    in
    if found == [ ] then
      throw "archive '${name}' is not in nix/toolchain/archives.json; there are: ${
        toString (map (archive: archive.name) pinned)
      }"
    else
      fetched (builtins.head found);

  # What ./bootstrap has to provide: every archive, crate and the unpacked seed, with its store path.
  closedSet =
    map listed pinned
    ++ [
      {
        kind = "seed";
        name = "busybox";
        version = "tree";
        inherit (data.seed) file;
        sha256 = data.seed.nar_sha256;
        sizeBytes = null;
        part = "seed";
        storePath = builtins.unsafeDiscardStringContext seed.outPath;
      }
    ]
    ++ builtins.concatMap (
      list: map (listedCrate list) (cratesOfLock (../.. + "/${list}"))
    ) data.crate_lists;

  # The same set as in-toto resource descriptors, for a build definition's resolvedDependencies.
  descriptors = map (archive: {
    inherit (archive) name;
    uri =
      let
        version = builtins.replaceStrings [ ":" "+" ] [ "%3A" "%2B" ] archive.version;
      in
      {
        deb = "pkg:deb/debian/${archive.name}@${version}?arch=${archive.architecture}";
        wheel = "pkg:pypi/${archive.name}@${version}";
      }
      .${archive.kind};
    digest.sha256 = archive.sha256;
  }) pinned;
}
