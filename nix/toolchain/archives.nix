# Turns the pins in archives.json and the Cargo.lock files into fixed-output derivations, one per archive.
#
# ./bootstrap adds each file to the store at the output path of its derivation, and Nix does not build an output that the store
# already has. If an archive is missing, its builder fetches it from the mirror that the project gives, or fails with a message.
{
  system,
  lockFiles,
  bootstrapCommand,
  # The URL of an archive by its kind, as a pattern: { crate = "https://…/{name}/{file}"; … }, or by the source that Cargo.lock
  # states for the crates of one registry. None by default.
  mirrors,
}:
let
  lib = import ../lib.nix;
  # The source that cargo's format of lock files states for the crates of the registry that needs no name.
  publicIndex = "registry+https://github.com/rust-lang/crates.io-index";
  data = builtins.fromJSON (builtins.readFile ./archives.json);

  # Whether an archive is a tree, which is in mirrors and bundles as its Nix archive.
  isTree = archive: archive.kind == "seed" || archive.kind == "git";
  fileInMirror = archive: archive.file + lib.optionalString (isTree archive) ".nar";
  # The pattern of the URL where an archive is fetched; null for none. `downloads` has more of them, by source. NB: a crate's name
  # may be a secret, so a crate is asked for where its own registry says, and elsewhere only if it is in the public index.
  patternOf =
    downloads: archive:
    let
      bySource = mirrors // downloads;
      source = archive.source or null;
    in
    if source != null && bySource ? ${source} then
      bySource.${source}
    else if archive.kind == "crate" && source != publicIndex then
      null
    else
      mirrors.${archive.kind} or null;

  called =
    archive:
    if archive.kind == "git" then
      "git repository ${archive.name} at ${archive.version}"
    else
      "${archive.kind} ${archive.name} ${archive.version}";

  # Where an archive that the store lacks comes from. NB: no program exists before the seed does, so the message is the name of
  # an unknown builtin builder, which Nix reports. builtin:fetchurl with the message as its URL does not work: under --store it
  # writes to the running system's store.
  origin =
    archive: pattern:
    if pattern != null then
      {
        builder = "builtin:fetchurl";
        url = (import ./archiveUrl.nix).urlOf archive (fileInMirror archive) pattern;
        unpack = isTree archive;
      }
    else
      {
        builder = "builtin:the ${called archive} is not in the Nix store; to put it there, run: ${bootstrapCommand}";
      };
  fixed = fixedFrom { };
  fixedFrom =
    downloads: archive:
    if archive.sha256 == null then
      throw "samebits: outputHashes lacks the hash of ${archive.name}, which Cargo.lock has at ${archive.version}; to fetch it and see what to add, run: ${bootstrapCommand}"
    else
      derivation (
        {
          name = archive.file;
          inherit system;
          outputHash = archive.sha256;
          outputHashAlgo = "sha256";
          outputHashMode = if isTree archive then "recursive" else "flat";
          preferLocalBuild = true;
        }
        // origin archive (patternOf downloads archive)
      );

  # NB: the part "nix" installs Nix itself on a machine without network; no build reads it.
  pinned = builtins.filter (archive: archive.part != "nix") data.archives;

  pinnedNamed =
    name:
    let
      found = builtins.filter (archive: archive.name == name) pinned;
    in
    if found == [ ] then
      throw "archive '${name}' is not in nix/toolchain/archives.json; there are: ${
        toString (map (archive: archive.name) pinned)
      }"
    else
      builtins.head found;

  # busybox, unpacked by ./bootstrap, because the sandbox has no program yet that could unpack it.
  unpackedBusybox = {
    kind = "seed";
    name = "busybox";
    version = "tree";
    inherit (data.seed) file;
    sha256 = data.seed.nar_sha256;
    part = "seed";
  };

  crateArchive = package: {
    kind = "crate";
    inherit (package) name version;
    file = "${package.name}-${package.version}.crate";
    sha256 = package.checksum;
    part = "crates";
    inherit (package) source;
  };
  read = lockFile: builtins.fromTOML (builtins.readFile lockFile);
  # NB: neither a workspace's own packages nor those from git have a checksum.
  cratesOfLock =
    lock:
    map
      (
        package:
        if package ? checksum then
          crateArchive package
        else
          throw "samebits: Cargo.lock states no checksum for ${package.name} ${package.version} (${package.source}), so nothing pins it; run `cargo update -p ${package.name}` with a cargo of 2021 or later, which writes it, and commit Cargo.lock"
      )
      (
        builtins.filter (package: package ? source && !(lib.hasPrefix "git+" package.source)) (
          lock.package or [ ]
        )
      );

  # The repositories of a lock file (gitSources.nix), each with its archive.
  repositoriesOfLock =
    lock: outputHashes:
    map
      (
        repository:
        repository
        // {
          archive = {
            kind = "git";
            name = repository.url;
            version = repository.rev;
            file = repository.name;
            inherit (repository) sha256 source;
            part = "git";
          };
        }
      )
      (
        import ./gitSources.nix {
          packages = lock.package or [ ];
          inherit outputHashes;
        }
      );

  # The crates and the repositories of each of lockFiles, which is read once.
  ofLockFiles = map (
    lockFile:
    let
      lock = read lockFile.path;
    in
    {
      inherit (lockFile) list;
      crates = cratesOfLock lock;
      repositories = repositoriesOfLock lock lockFile.outputHashes;
    }
  ) lockFiles;
  gitDescriptor = repository: {
    inherit (repository) name;
    uri = "git+${repository.url}@${repository.rev}";
    digest = {
      gitCommit = repository.rev;
      narSha256 = repository.sha256;
    };
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
    sizeBytes = archive.size_bytes or null;
    list = archive.list or null;
    # Where it comes from, as the lock file of a git dependency states it.
    source = archive.source or null;
    # NB: a git repository has no hash before ./bootstrap has fetched it.
    storePath =
      if archive.sha256 == null then
        null
      else
        builtins.unsafeDiscardStringContext (fixed archive).outPath;
  };
in
{
  inherit publicIndex;

  # Both take what a lock file holds.
  inherit cratesOfLock repositoriesOfLock;

  # The derivation of an archive that these list; with further URL patterns by source.
  fetched = fixed;
  fetchedFrom = fixedFrom;

  seed = fixed unpackedBusybox;

  # The archives of one part of the toolchain, in the order of archives.json.
  ofPart = part: map fixed (builtins.filter (archive: archive.part == part) pinned);

  # The archive with this package name.
  named = name: fixed (pinnedNamed name);

  # The upstream version of an archive, without the distribution's suffix.
  upstreamVersion = name: builtins.head (builtins.match "([0-9.]+).*" (pinnedNamed name).version);

  # Everything that ./bootstrap must provide: every archive, the unpacked seed and every crate, each with its store path.
  closedSet = map listed (
    pinned
    ++ [ unpackedBusybox ]
    ++ builtins.concatMap (
      list: map (crate: crate // { inherit list; }) (cratesOfLock (read (../.. + "/${list}")))
    ) data.crate_lists
    ++ builtins.concatMap (
      lock:
      map (archive: archive // { inherit (lock) list; }) (
        lock.crates ++ map (repository: repository.archive) lock.repositories
      )
    ) ofLockFiles
  );

  # The archives as in-toto resource descriptors, for a build definition's resolvedDependencies. The crates are not listed:
  # the lock files, which have the digest of each crate, are listed instead. Of a git repository they have the revision only.
  # What only runs an executable after its build (the part "run") is not listed.
  descriptors =
    map (archive: {
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
    }) (builtins.filter (archive: archive.part != "run") pinned)
    # NB: each once, though one package may name a branch and another the revision.
    ++ lib.unique (map gitDescriptor (builtins.concatMap (lock: lock.repositories) ofLockFiles));
}
