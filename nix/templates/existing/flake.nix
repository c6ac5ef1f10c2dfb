{
  # The URL of samebits, the one in `nix flake init -t <URL>#existing`.
  inputs.samebits.url = "URL-OF-SAMEBITS";

  outputs =
    { self, samebits }:
    samebits.lib.mkWorkspace {
      inherit self;
      platforms = [
        "linux/amd64"
        "linux/arm64"
      ];
      # A service for each package with an executable. docs/library.md of samebits says what can be stated instead.
      services = "auto";
    };
}
