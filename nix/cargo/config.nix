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
    ++ lib.optional (config ? include) "include"
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

  # Where a secret is stated. Everything in the source is in the store, which all users of the machine can read.
  secrets =
    builtins.concatMap
      (
        table:
        map (key: "${table.name}.${key} in ${file}") (
          builtins.filter (key: table.values ? ${key}) [
            "token"
            "secret-key"
          ]
          ++ builtins.filter (
            key: builtins.isString table.values.${key} && lib.hasPassword table.values.${key}
          ) (builtins.attrNames table.values)
        )
      )
      (
        [
          {
            name = "registry";
            values = config.registry or { };
          }
          {
            name = "http";
            values = config.http or { };
          }
        ]
        ++ lib.mapAttrsToList (name: values: {
          name = "registries.${name}";
          inherit values;
        }) (config.registries or { })
      )
    ++ map (name: "env.${name} in ${file}") (
      builtins.filter (name: builtins.match "CARGO_REGIST.*_(TOKEN|SECRET_KEY)" name != null) (
        builtins.attrNames (config.env or { })
      )
    )
    ++ builtins.filter folders.has [
      ".cargo/credentials"
      ".cargo/credentials.toml"
    ];

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
if folders.has ".cargo/config" then
  throw "samebits: '.cargo/config' is the old name of '${file}', which alone is read here; rename it: git mv .cargo/config ${file}"
else if breaking != [ ] then
  throw "samebits: '${file}' states what a build states itself: ${toString breaking}; move that to the configuration in your home folder, ~/${file}"
else if secrets != [ ] then
  throw "samebits: the source holds a secret, and everyone can read the store: ${toString secrets}; revoke it, remove it, and give a new one to cargo in your home folder (`cargo login`) or by CARGO_REGISTRIES_<NAME>_TOKEN"
else
  {
    # NB: cargo ignores [build] rustflags, because the platform has flags of its own. Those choose how code is compiled; what is
    # compiled is up to the workspace.
    cfgFlags = conditions flags;
  }
