# Every service, one entry each: the cargo package that it is, and what it needs that not every platform has (what one
# lacks stands in platforms.nix). It is for all platforms that lack nothing of it.
{
  ledger = {
    package = "ledger";
    needs = [ "sockets" ];
  };
  server = {
    package = "server";
    needs = [ "sockets" ];
  };
  sysinfo = {
    package = "sysinfo";
    needs = [ ];
  };
}
