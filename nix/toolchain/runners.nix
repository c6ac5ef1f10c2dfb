# What starts a platform's executables in the build sandbox: the words before the executable, or null if nothing there can.
{
  shell,
  archives,
  rust,
  hostCc,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  qemu = import ./qemu.nix { inherit shell archives rust; };
  wasmtime = import ./wasmtime.nix {
    inherit
      shell
      archives
      rust
      hostCc
      ;
  };

  # The files that runnerArguments name by the places where Debian installs them.
  installed = shell {
    name = "libc6-arm64-cross";
    script = builtins.toFile "unpack.sh" "dpkg-deb -x $package $out";
    package = archives.named "libc6-arm64-cross";
  };
  placed = argument: lib.optionalString (lib.hasPrefix "/usr/" argument) "${installed}" + argument;

  impossible = _: null;
  # One entry for each `runner` in ../platforms.nix; `qemu` stands for all of qemu's that have none of their own.
  runners = {
    # NB: an interpreter is started itself, because the sandbox has nothing in its place. It is the one of the compiler.
    native =
      platform:
      lib.optionals (platform ? interpreter) [
        "${rust}/lib/${baseNameOf platform.interpreter}"
        "--library-path"
        "${rust}/lib"
      ];
    none = impossible;
    qemu =
      { runner, ... }@platform:
      [ "${qemu runner}/bin/${runner}" ] ++ map placed (platform.runnerArguments or [ ]);
    # NB: in Debian 12's version, threads see each other's thread-local data.
    qemu-i386 = impossible;
    # NB: Debian 12's version stops at an unknown instruction.
    qemu-loongarch64 = impossible;
    wasmtime = _: [ "${wasmtime}/bin/wasmtime" ];
    # NB: its library alone is an archive of 100 MB, and it lacks a DLL that Rust programs need.
    wine = impossible;
  };
  startOf =
    runner:
    runners.${runner} or (
      if lib.hasPrefix "qemu-" runner then
        runners.qemu
      else
        throw (names.unknown "runner" runner (builtins.attrNames runners))
    );
in
platform: startOf platform.runner platform
