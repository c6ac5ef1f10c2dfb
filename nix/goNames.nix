# Go's names of each platform, as in { aarch64-linux = [ "linux/arm64" ]; … }.
#
# A level is written after the name, as in the environment of a Go build: "linux/arm GOARM=6". Without one, the name stands for
# the level that Go builds for by default. Executables that need glibc have no name in Go, which links libc statically.
platforms:
let
  lib = import ./lib.nix;
  defaultLevels = [
    "GOAMD64=v1"
    "GOARM=7"
    "GOMIPS=softfloat"
  ];
  namesOf =
    entry:
    let
      name = "${entry.goOs}/${entry.goArch}";
    in
    lib.optionals (!(entry ? glibcFloor)) (
      lib.optional (!(entry ? goLevel) || builtins.elem entry.goLevel defaultLevels) name
      ++ lib.optional (entry ? goLevel) "${name} ${entry.goLevel}"
    );
in
builtins.mapAttrs (_: namesOf) platforms
