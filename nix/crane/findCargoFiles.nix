# All manifests and configurations of cargo below a folder; a filtered source has only those that it keeps.
_: src:
let
  lib = import ../lib.nix;
  isKept = src.filter or (_: _: true);
  below =
    inConfig: folder:
    let
      entries = builtins.readDir folder;
      entry =
        name:
        let
          path = folder + "/${name}";
        in
        if !isKept (toString path) entries.${name} then
          [ ]
        else if entries.${name} == "directory" then
          below (name == ".cargo") path
        else if name == "Cargo.toml" then
          [
            {
              kind = "cargoTomls";
              inherit path;
            }
          ]
        else
          lib.optional
            (
              inConfig
              && builtins.elem name [
                "config"
                "config.toml"
              ]
            )
            {
              kind = "cargoConfigs";
              inherit path;
            };
    in
    builtins.concatMap entry (builtins.attrNames entries);
in
{
  cargoConfigs = [ ];
  cargoTomls = [ ];
}
// builtins.mapAttrs (_: map (file: file.path)) (
  builtins.groupBy (file: file.kind) (below false (src.origSrc or src))
)
