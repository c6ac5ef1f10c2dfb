# Every service, one entry each: the cargo package that it is, and the platforms that it is for.
let
  everywhere = builtins.attrNames (import ./platforms.nix);
in
{
  server = {
    package = "server";
    platforms = [
      "aarch64-darwin"
      "aarch64-linux"
      "x86_64-darwin"
      "x86_64-linux"
      "x86_64-windows"
    ];
  };
  sysinfo = {
    package = "sysinfo";
    platforms = everywhere;
  };
}
