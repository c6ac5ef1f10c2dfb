# rustc's flags that .cargo/config.toml of a source states for everything that is built.
src:
let
  folder = (src.origSrc or src) + "/.cargo";
  files = builtins.filter builtins.pathExists [
    (folder + "/config.toml")
    (folder + "/config")
  ];
  config = builtins.fromTOML (builtins.readFile (builtins.head files));
in
if files == [ ] then "" else toString (config.build.rustflags or [ ])
