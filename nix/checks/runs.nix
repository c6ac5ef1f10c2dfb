# <service>-<platform>-runs: runs a service's executables as its `smokeTest` says, for each platform that the sandbox has a runner
# for. Fails unless each ends with 0 and prints what is expected.
{
  toolchain,
  platforms,
  services,
  packages,
}:
let
  lib = import ../lib.nix;
  # NB: each ends with a newline, because it may have spaces, and one that is empty is not none.
  linesOf = builtins.foldl' (text: word: "${text}${word}\n") "";
  runnerFor = platform: toolchain.runnerOf platforms.${platform};
  check =
    service: platform:
    let
      name = "${service}-${platform}";
      inherit (services.${service}) bins smokeTest;
    in
    lib.nameValuePair "${name}-runs" (
      toolchain.shell {
        name = "${name}-runs";
        script = ./runs.sh;
        package = packages.${name};
        suffix = platforms.${platform}.executableSuffix or "";
        inherit bins;
        inherit (smokeTest) prints;
        runner = linesOf (runnerFor platform);
        arguments = linesOf smokeTest.arguments;
      }
    );
  # The checks of a service. NB: what is not run is said, because an absent check says nothing.
  checksOf =
    name: service:
    let
      parts = builtins.partition (platform: runnerFor platform != null) service.platforms;
      where = "samebits: services.${name}.smokeTest";
    in
    if parts.right == [ ] then
      throw "${where} would run nowhere, because nothing in the sandbox runs executables for ${toString parts.wrong}; leave it out, or build the service for another platform, too (docs/library.md, What runs in a check)"
    else
      (
        if parts.wrong == [ ] then
          checks: checks
        else
          builtins.trace "warning: ${where} has no check for ${toString parts.wrong}, whose executables nothing in the sandbox runs"
      )
        (map (check name) parts.right);
in
builtins.listToAttrs (
  builtins.concatLists (
    lib.mapAttrsToList checksOf (lib.filterAttrs (_: service: service.smokeTest != null) services)
  )
)
