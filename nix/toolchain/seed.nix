# The first tools in the sandbox: busybox's applets and bash. Both are static, so they need no other file to run.
{ system, archives }:
derivation {
  name = "seed";
  inherit system;
  builder = "${archives.seed}/bin/busybox";
  args = [
    "sh"
    ./seed.sh
  ];
  busybox = archives.seed;
  bash = archives.named "bash-static";
}
