# What crane needs of nixpkgs, made of the archive toolchain and nixpkgs' lib. Built and run on one system: nothing is spliced.
{
  lib,
  # The toolchain record.
  toolchain,
  # The store paths of the Debian packages of gnu.py.
  gnuPackages,
  # The function that makes derivations. Only what is compiled depends on the conditions of a build.
  shell ? toolchain.shell,
}@args:
let
  inherit (toolchain) rust;
  plainPkgs = import ./pkgs.nix (args // { shell = toolchain.plainShell; });
  gnuTools = toolchain.plainShell {
    name = "gnu-tools";
    script = ./gnuTools.sh;
    packages = map builtins.storePath gnuPackages;
    patchelf = toolchain.archives.named "patchelf";
    inherit rust;
  };

  # The C compiler of the build machine.
  cc = runCommand "cc" { hostCC = toolchain.hostEnvironment.CC_x86_64_unknown_linux_gnu; } ''
    mkdir -p "$out/bin"
    ln -s "$hostCC" "$out/bin/cc"
  '';

  platform = lib.systems.elaborate toolchain.seed.system;
  mkDerivation =
    args:
    let
      inputs = builtins.concatMap (kind: args.${kind} or [ ]) [
        "depsBuildBuild"
        "nativeBuildInputs"
        "buildInputs"
      ];
    in
    shell (
      removeAttrs args [
        "env"
        "meta"
        "passthru"
        "strictDeps"
      ]
      // (args.env or { })
      // {
        name = args.name or "${args.pname}-${args.version}";
        script = ./stdenv.sh;
        tools = inputs ++ [ gnuTools ];
      }
    )
    // (args.passthru or { });
  runCommand =
    name: environment: buildCommand:
    mkDerivation (environment // { inherit name buildCommand; });

  pkgs = {
    inherit lib pkgs;
    callPackage = pkgs.newScope { };
    newScope = scope: lib.callPackageWith (pkgs // scope);
    splicePackages = { pkgsHostTarget, ... }: pkgsHostTarget;
    makeScopeWithSplicing' = lib.makeScopeWithSplicing' { inherit (pkgs) newScope splicePackages; };
    pkgsBuildBuild = plainPkgs;
    pkgsBuildHost = plainPkgs;
    pkgsBuildTarget = plainPkgs;
    pkgsHostHost = pkgs;
    pkgsHostTarget = pkgs;
    pkgsTargetTarget = pkgs;

    stdenv = {
      inherit mkDerivation cc;
      buildPlatform = platform;
      hostPlatform = platform;
      targetPlatform = platform;
    };
    inherit runCommand;
    runCommandLocal = runCommand;
    writeText = builtins.toFile;
    makeSetupHook =
      {
        name,
        substitutions ? { },
        ...
      }:
      script:
      runCommand name {
        hook = lib.replaceStrings (map (key: "@${key}@") (builtins.attrNames substitutions)) (map (
          value: "${value}"
        ) (builtins.attrValues substitutions)) (builtins.readFile script);
      } ''mkdir -p "$out/nix-support"; echo "$hook" >"$out/nix-support/setup-hook"'';
    # A crate, from the archives that the archive toolchain has.
    fetchurl =
      { name, sha256, ... }:
      toolchain.archives.fetched {
        kind = "crate";
        name = lib.removePrefix "cargo-src-" name;
        version = "";
        file = "${lib.removePrefix "cargo-src-" name}.crate";
        inherit sha256;
      };

    # What nix/nixpkgs takes of nixpkgs and rust-overlay.
    bash = toolchain.seed;
    cargo-zigbuild = toolchain.zig;
    llvmPackages = { inherit (toolchain) llvm; };
    rust-bin.stable.${rust.version}.minimal.override =
      {
        targets ? [ ],
        ...
      }:
      if targets == [ ] then
        rust
      else
        throw "the archives hold no standard library of ${toString targets}";
    symlinkJoin =
      { name, paths }:
      runCommand name { paths = lib.unique paths; } ''
        for path in $paths; do cp -rs --no-preserve=mode "$path/." "$out/"; done
      '';
    zig_0_15 = toolchain.zig;

    cargo = rust;
    clippy = rust;
    rustc = rust;
    rustfmt = rust;
    jq = gnuTools;
    rsync = gnuTools;
    zstd = gnuTools;
  };
in
pkgs
