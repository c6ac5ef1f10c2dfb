# Links executables that were compiled without being linked (objectArgs.nix), with the stamp of a commit. So a commit that changes
# no code costs one link.
{
  toolchain,
  # The commit's revision and time (stamp.nix).
  stamp,
  # crates/build-stamp, under the same conditions.
  buildStamp,
  ...
}:
{
  # The derivation whose executables are linked, made by crane.buildPackage with objectArgs.nix.
  objects,
  # The environment of a link for the platform (toolchain.linkEnvironment).
  environment,
  # The name of the result, the package's own name and version, the target triple, and cargo's profile.
  pname,
  package,
  version,
  target,
  profile ? "release",
  # The suffix of executables' file names.
  executableSuffix ? "",
  # Whether the executables carry the stamp.
  stamped,
  # The features of the package without which a release is built.
  debugFeatures ? [ ],
  # What the checks of the executables read (service.nix); null for no checks.
  checks ? null,
  # As in service.nix.
  withLinkMap ? false,
}:
let
  lib = import ../lib.nix;
in
toolchain.shell (
  (if withLinkMap then toolchain.withLinkMap environment else environment)
  // {
    name = "${pname}${lib.optionalString withLinkMap "-mapped"}-${version}";
    inherit
      buildStamp
      executableSuffix
      objects
      stamped
      ;
    script = ./link.sh;
    zigCache = toolchain.cargoSetup.zigCache;
    fields = builtins.toJSON (
      stamp.fields {
        name = package;
        inherit
          profile
          stamped
          target
          toolchain
          version
          ;
      }
    );
    debugFeatures = builtins.concatStringsSep "," debugFeatures;
    commitTime = if stamped then stamp.epochSeconds else toolchain.sourceDateEpoch;
    stampSource = ./stamp.c;
    unstampedSource = ./unstamped.c;
  }
  // lib.optionalAttrs (checks != null) ({ checkExecutables = ./checkExecutables.sh; } // checks)
)
