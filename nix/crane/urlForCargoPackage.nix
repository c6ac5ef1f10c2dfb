# Where a package of Cargo.lock is downloaded from, if appendCrateRegistries has its registry.
{ crateRegistries, ... }:
{
  name,
  version,
  source,
  checksum,
  ...
}:
let
  registry =
    crateRegistries.${source}
      or (throw "samebits: crane's urlForCargoPackage: no registry is known whose crates have the source '${source}'; add it with appendCrateRegistries; there are: ${toString (builtins.attrNames crateRegistries)}");
in
{
  inherit (registry) fetchurlExtraArgs;
  url = (import ../toolchain/archiveUrl.nix).urlOf {
    inherit name version;
    sha256 = checksum;
  } "${name}-${version}.crate" registry.downloadUrl;
}
