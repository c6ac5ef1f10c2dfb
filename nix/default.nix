# The flake's outputs, from the tables of platforms and services.
{ self, root }:
let
  # The archive toolchain's packages are those of one machine; design.md's nixpkgs toolchain is for others.
  system = "x86_64-linux";

  platforms = import ./platforms.nix;
  services = import ./services.nix;
  toolchains = import ./toolchain { inherit system; };
  source = import ./build/source.nix { inherit root; };
  stamp = import ./build/stamp.nix { inherit self root; };

  # The functions of build/, for each set of conditions.
  under =
    which:
    let
      toolchain = toolchains.under which;
      crane = import ./crane toolchain;
    in
    {
      inherit toolchain crane;
      buildService = import ./build/service.nix {
        inherit
          crane
          toolchain
          source
          stamp
          ;
      };
    };
  original = under "original";
  rebuilt = under "rebuilt";

  packages = builtins.listToAttrs (
    builtins.concatMap (
      serviceName:
      map (
        platformName:
        let
          args = {
            name = "${serviceName}-${platformName}";
            service = services.${serviceName};
            platform = platforms.${platformName};
          };
        in
        {
          inherit (args) name;
          value = original.buildService args // {
            rebuild = rebuilt.buildService args;
          };
        }
      ) services.${serviceName}.platforms
    ) (builtins.attrNames services)
  );
in
{
  packages.${system} = packages // {
    toolchain = original.toolchain.rust;
  };
  lib = {
    inherit platforms services;
    archives = original.toolchain.archives.closedSet;
  };
}
