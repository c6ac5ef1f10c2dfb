# services.nix with the names of its platforms in each entry; throws where the two tables do not fit each other.
{ platforms, services }:
let
  contains = list: item: builtins.elem item list;
  lackedAnywhere = builtins.concatMap (platform: platform.lacks) (builtins.attrValues platforms);
  platformsFor =
    name: service:
    let
      unknown = builtins.filter (need: !contains lackedAnywhere need) service.needs;
    in
    if unknown != [ ] then
      throw "nix/services.nix: ${name} needs '${toString unknown}', which no platform lacks; platforms lack: ${toString lackedAnywhere}"
    else
      builtins.filter (
        platform: !builtins.any (contains platforms.${platform}.lacks) service.needs
      ) (builtins.attrNames platforms);
in
builtins.mapAttrs (name: service: service // { platforms = platformsFor name service; }) services
