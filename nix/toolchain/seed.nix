# The first tools in the sandbox: busybox's applets and bash, both static, so that nothing else is needed to run them.
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
