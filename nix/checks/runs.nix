# <service>-<platform>-runs: runs a service's executables on the build machine, with the arguments of its `smokeTest`. Fails unless
# each ends with 0.
{
  shell,
  # The one platform whose executables the sandbox can run.
  platform,
  services,
  packages,
}:
let
  lib = import ../lib.nix;
  isTested = _: service: service.smokeTest != null && builtins.elem platform service.platforms;
  check =
    service: entry:
    let
      name = "${service}-${platform}";
    in
    lib.nameValuePair "${name}-runs" (shell {
      name = "${name}-runs";
      script = ./runs.sh;
      package = packages.${name};
      inherit (entry) bins;
      # NB: one per line, because an argument may have spaces.
      arguments = lib.lines entry.smokeTest;
    });
in
lib.mapAttrs' check (lib.filterAttrs isTested services)
