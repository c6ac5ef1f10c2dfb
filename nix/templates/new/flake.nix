{
  # The URL of samebits, the one in `nix flake init -t <URL>#new`.
  inputs.samebits.url = "URL-OF-SAMEBITS";

  outputs =
    { self, samebits }:
    samebits.lib.mkWorkspace {
      inherit self;
      platforms = [
        "linux/amd64"
        "linux/arm64"
      ];
      services.hello.smokeTest = [ "--version" ];
    };
}
