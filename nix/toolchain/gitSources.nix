# The git repositories that a Cargo.lock names, each at one revision.
{
  # The lock file's packages.
  packages,
  # The hash of each repository's tree, { "git+https://…#<revision>" = "sha256-…"; }, by the source that the lock file states.
  outputHashes,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;

  digits = lib.stringToCharacters "0123456789ABCDEFabcdef";
  escapes = builtins.concatMap (a: map (b: a + b) digits) digits;
  # Undoes the percent-encoding of a URL's query. NB: only of ASCII, which is what names of branches and tags have.
  ascii = builtins.filter (escape: builtins.match "[2-7]." escape != null) escapes;
  decoded = builtins.replaceStrings (map (escape: "%${escape}") ascii) (
    map (escape: builtins.fromJSON "\"\\u00${escape}\"") ascii
  );

  bySource = builtins.groupBy (package: package.source) (
    builtins.filter (package: lib.hasPrefix "git+" (package.source or "")) packages
  );
  parsed =
    source:
    let
      parts = builtins.match "git[+]([^?#]+)([?](branch|tag|rev)=([^#]+))?#([0-9a-f]{40})" source;
      url = builtins.elemAt parts 0;
      repository = lib.removeSuffix ".git" (baseNameOf (lib.removeSuffix "/" url));
      rev = builtins.elemAt parts 4;
      kind = builtins.elemAt parts 2;
      # NB: what a name in the store must not hold, and must not begin with.
      allowed = builtins.filter builtins.isString (builtins.split "[^A-Za-z0-9_.+-]" repository);
      # What the tree is called in the store.
      name = "${lib.removePrefix "." (builtins.concatStringsSep "-" allowed)}-${builtins.substring 0 12 rev}";
      first = builtins.head bySource.${source};
      hash = outputHashes.${source} or null;
    in
    if lib.hasPassword source then
      throw "samebits: Cargo.lock states a password in the URL of ${first.name}, which comes from git; everyone can read the store, and attestations name the URL: revoke it, leave it out of the URL, and give it to git (`git config credential.helper`)"
    else if parts == null then
      throw "samebits: Cargo.lock states no revision for ${first.name}, which comes from git (${source}); run `cargo update -p ${first.name}` and commit Cargo.lock"
    else if hash != null && builtins.match "sha256-[A-Za-z0-9+/]{43}=" hash == null then
      throw "samebits: outputHashes.\"${source}\" is '${hash}', and it should be like \"sha256-…=\"; remove it, and `bootstrap` states the right one"
    else
      {
        inherit
          name
          source
          url
          rev
          ;
        # The branch, tag or revision that manifests state, if they do.
        reference = lib.optionalAttrs (kind != null) {
          ${kind} = decoded (builtins.elemAt parts 3);
        };
        # The folder of its crates. NB: one for each source, because to cargo a branch and a tag at one revision are two.
        folder = "${name}-${builtins.substring 0 8 (builtins.hashString "sha256" source)}";
        packages = bySource.${source};
        sha256 = if hash == null then null else import ../build/sriToHex.nix hash;
      };
in
names.orThrow (names.problems "source from git in Cargo.lock (outputHashes)"
  (builtins.attrNames bySource)
  (builtins.attrNames outputHashes)
) (map parsed (builtins.attrNames bySource))
