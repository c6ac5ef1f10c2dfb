# What .cargo/config.toml of a workspace changes in its builds.
{ folders }:
let
  lib = import ../lib.nix;
  file = ".cargo/config.toml";
  config = lib.optionalAttrs (folders.has file) (folders.readTOML file);
  build = config.build or { };

  # Settings with which cargo would write elsewhere, call other programs or read other crates than this build does.
  breaking =
    lib.optional (config ? paths) "paths"
    ++ lib.optional (config ? source) "source"
    ++ map (key: "build.${key}") (
      builtins.attrNames (
        builtins.intersectAttrs {
          build-dir = null;
          rustc = null;
          rustc-workspace-wrapper = null;
          rustc-wrapper = null;
          target-dir = null;
        } build
      )
    );

  stated = build.rustflags or [ ];
  flags =
    if builtins.isList stated then
      stated
    else
      builtins.filter (part: builtins.isString part && part != "") (builtins.split " +" stated);
  # Those of the flags that are --cfg, with their values.
  conditions =
    flags:
    if flags == [ ] then
      [ ]
    else
      let
        flag = builtins.head flags;
        rest = builtins.tail flags;
      in
      if flag == "--cfg" && rest != [ ] then
        [
          flag
          (builtins.head rest)
        ]
        ++ conditions (builtins.tail rest)
      else
        lib.optional (lib.hasPrefix "--cfg=" flag) flag ++ conditions rest;
in
if breaking != [ ] then
  throw "samebits: '${file}' states what a build states itself: ${toString breaking}; move that to the configuration in your home folder, ~/${file}"
else
  {
    # NB: cargo ignores [build] rustflags, because the platform has flags of its own. Those choose how code is compiled; what is
    # compiled is up to the workspace.
    cfgFlags = conditions flags;
  }
