# Every service, one entry each: the cargo package that it is, and the platforms that it is for.
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
}
