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
  check =
    service: platform:
    let
      name = "${service}-${platform}";
      inherit (services.${service}) bins smokeTest;
      runner = toolchain.runnerOf platforms.${platform};
    in
    lib.optional (smokeTest != null && runner != null) (
      lib.nameValuePair "${name}-runs" (
        toolchain.shell {
          name = "${name}-runs";
          script = ./runs.sh;
          package = packages.${name};
          suffix = platforms.${platform}.executableSuffix or "";
          inherit bins;
          inherit (smokeTest) prints;
          runner = linesOf runner;
          arguments = linesOf smokeTest.arguments;
        }
      )
    );
in
builtins.listToAttrs (
  builtins.concatMap (service: builtins.concatMap (check service) services.${service}.platforms) (
    builtins.attrNames services
  )
)
