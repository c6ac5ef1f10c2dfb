# Unmodified crane on a set of packages. Two of its functions are replaced by crane's own means, overrideScope.
{ crane, pkgs }:
let
  inherit (pkgs) lib;
  toTOML = import ../../nix/crane/toTOML.nix;
  # NB: crane puts derivations and files into manifests; toTOML expects text.
  asText =
    value:
    if builtins.isPath value || lib.isDerivation value then
      "${value}"
    else if builtins.isAttrs value then
      builtins.mapAttrs (_: asText) value
    else if builtins.isList value then
      map asText value
    else
      value;
in
(import crane { inherit pkgs; }).overrideScope (
  _: previous: {
    # NB: crane compiles a program for this, with nixpkgs' rustPlatform.
    writeTOML = name: value: pkgs.writeText name (toTOML (asText value));
    # NB: crane looks at "Cargo.toml/../.", which Nix finds as text from 2.31 on, and as a path in every version.
    findCargoFiles =
      src:
      let
        found = previous.findCargoFiles src;
      in
      found // { cargoTomls = map (file: /. + file) found.cargoTomls; };
  }
)
