# Adds to each entry of services.nix the names of its platforms. Throws if the two tables contradict each other.
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
  # Returns the entry, or throws if the service in startsFrom does not exist for all of the entry's platforms.
  checked =
    name: service:
    let
      base = service.startsFrom or null;
    in
    if base == null then
      service
    else if !(services ? ${base}) then
      throw "nix/services.nix: ${name} starts from '${base}', which is no service; services: ${toString (builtins.attrNames services)}"
    else if !builtins.all (contains service.needs) services.${base}.needs then
      throw "nix/services.nix: ${name} starts from ${base}, which needs more: ${toString services.${base}.needs}"
    else
      service;
in
builtins.mapAttrs (
  name: service: checked name service // { platforms = platformsFor name service; }
) services
