# Every service, one entry each. A service is built for every platform that lacks nothing that the service needs.
#
#   package     the cargo package of the service
#   needs       what it needs that some platforms lack (`lacks` in platforms.nix)
#   startsFrom  a service with mostly the same dependencies: those are compiled once for both, and only the missing ones are
#               added. Affects build time only. Default: none
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
