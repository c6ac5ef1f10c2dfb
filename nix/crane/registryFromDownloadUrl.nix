# A registry for appendCrateRegistries: the URL of its downloads, by the source that Cargo.lock states for its crates.
_:
{
  # As `dl` of the registry's config.json.
  dl,
  indexUrl,
  registryPrefix ? "registry+",
  ...
}@args:
let
  lib = import ../lib.nix;
  inherit (import ../names.nix) orThrow;
  hasPlaceholder = builtins.any (name: lib.contains "[{]${name}[}]" dl) [
    "crate"
    "lowerprefix"
    "prefix"
    "sha256-checksum"
    "version"
  ];
  downloadUrl = if hasPlaceholder then dl else "${dl}/{crate}/{version}/download";
in
orThrow (import ./refusals.nix (builtins.intersectAttrs { fetchurlExtraArgs = null; } args)) {
  ${registryPrefix + lib.removePrefix registryPrefix indexUrl} = {
    fetchurlExtraArgs = { };
    downloadUrl =
      if lib.hasPassword dl then
        throw "samebits: the download URL of the registry ${indexUrl} holds a password, and everyone can read the store; revoke it, leave it out of the URL, and give it to Nix (`netrc-file`) or to cargo, with which ./bootstrap fetches"
      else
        downloadUrl;
  };
}
