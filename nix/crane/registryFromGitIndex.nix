# A registry for appendCrateRegistries: its downloads are where its index says, at one revision of git.
{ registryFromDownloadUrl, ... }:
{
  indexUrl,
  rev,
  ...
}@args:
registryFromDownloadUrl (
  removeAttrs args [ "rev" ]
  // {
    dl = import ./downloadsOfIndex.nix indexUrl (
      builtins.fetchGit {
        url = indexUrl;
        inherit rev;
        shallow = true;
      }
      + "/config.json"
    );
  }
)
