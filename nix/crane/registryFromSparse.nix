# A registry for appendCrateRegistries: its downloads are where config.json of its sparse index says, which a hash pins.
{ registryFromDownloadUrl, toolchain, ... }:
{
  indexUrl,
  configSha256,
  ...
}@args:
let
  lib = import ../lib.nix;
  index = "${lib.removeSuffix "/" indexUrl}/";
in
registryFromDownloadUrl (
  removeAttrs args [ "configSha256" ]
  // {
    dl = import ./downloadsOfIndex.nix index (derivation {
      name = "config.json";
      inherit (toolchain.seed) system;
      builder = "builtin:fetchurl";
      url = "${index}config.json";
      outputHash = configSha256;
      outputHashAlgo = "sha256";
      outputHashMode = "flat";
      preferLocalBuild = true;
    });
    indexUrl = index;
    registryPrefix = "sparse+";
  }
)
