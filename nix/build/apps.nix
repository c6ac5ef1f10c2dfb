# What `nix run .#<name>` starts: each service that is built for this machine, ./bootstrap and nix/tables.
{
  samebits,
  # The platform of this machine.
  platform,
  services,
  packages,
}:
let
  lib = import ../lib.nix;
  app = program: {
    type = "app";
    inherit program;
  };
  runnable = lib.filterAttrs (_: service: builtins.elem platform service.platforms) services;
  executables = builtins.mapAttrs (
    name: service: app "${packages."${name}-${platform}"}/bin/${builtins.head service.bins}"
  ) runnable;
  isAlone = builtins.length (builtins.attrNames runnable) == 1;
in
executables
# NB: without context: Nix 2.8 aborts at a program that is a source file.
// {
  tables = app (builtins.unsafeDiscardStringContext "${samebits.self}/nix/tables");
  bootstrap = app (builtins.unsafeDiscardStringContext "${samebits.self}/bootstrap");
}
// lib.optionalAttrs isAlone { default = builtins.head (builtins.attrValues executables); }
