# Every service, one entry each. It is for all platforms that lack nothing of what it needs.
#
#   package     the cargo package that it is
#   needs       what it needs that not every platform has (what one lacks stands in platforms.nix)
#   startsFrom  a service most of whose dependencies it has too: they are compiled once for both, and this one's are added.
#               Of no consequence for what is built, only for how long that takes. Left out: from nothing
{
  ledger = {
    package = "ledger";
    needs = [
      "sockets"
      "sqlite"
    ];
    startsFrom = "server";
  };
  server = {
    package = "server";
    needs = [ "sockets" ];
    startsFrom = "sysinfo";
  };
  sysinfo = {
    package = "sysinfo";
    needs = [ ];
  };
}
