# In place of nixpkgs: what nix/nixpkgs, crane and rust-overlay evaluate of it, made of nixpkgs' lib. Its derivations have the
# names and the inputs of real ones, and cannot be built.
{
  system,
  overlays ? [ ],
}:
let
  lib = import ./lib;
  platform = lib.systems.elaborate system;

  # NB: sets among the attributes are what nixpkgs keeps out of the derivation, or puts into it under other names.
  mkDerivation =
    arguments:
    let
      args = if builtins.isFunction arguments then arguments args else arguments;
      plain = lib.filterAttrs (_: value: !(builtins.isAttrs value) || value ? outPath) args;
    in
    derivation (
      removeAttrs plain [
        "nativeBuildInputs"
        "buildInputs"
      ]
      // (args.env or { })
      // {
        name = args.name or "${args.pname}-${args.version}";
        inherit system;
        builder = "/not-built";
        inputs = map toString (args.nativeBuildInputs or [ ] ++ args.buildInputs or [ ]);
      }
    )
    // lib.getAttrs (builtins.filter (name: args ? ${name}) [
      "pname"
      "version"
    ]) args
    // (args.passthru or { });
  package = pname: version: mkDerivation { inherit pname version; };

  cc = package "cc" "0" // {
    targetPrefix = "";
    bintools = lib.genAttrs [
      "expandResponseParams"
      "shell"
      "suffixSalt"
      "wrapperName"
      "coreutils_bin"
    ] (name: name);
  };
  stdenv = {
    inherit mkDerivation cc;
    buildPlatform = platform;
    hostPlatform = platform;
    targetPlatform = platform;
  };

  names = [
    "autoPatchelfHook"
    "bash"
    "bintools"
    "cargo"
    "cargo-zigbuild"
    "clippy"
    "curl"
    "gnutar"
    "jq"
    "libiconv"
    "lndir"
    "makeWrapper"
    "rsync"
    "rustc"
    "rustfmt"
    "writableTmpDirAsHomeHook"
    "zlib"
    "zstd"
  ];
  packages =
    final:
    lib.genAttrs names (name: package name "0")
    // {
      inherit lib stdenv;
      stdenvNoCC = stdenv;
      pkgs = final;
      path = ./.;
      callPackage = final.newScope { };
      newScope = scope: lib.callPackageWith (final // scope);
      splicePackages = { pkgsHostTarget, ... }: pkgsHostTarget;
      makeScopeWithSplicing' = lib.makeScopeWithSplicing' { inherit (final) newScope splicePackages; };
      pkgsBuildBuild = final;
      pkgsBuildHost = final;
      pkgsBuildTarget = final;
      pkgsHostHost = final;
      pkgsHostTarget = final;
      pkgsTargetTarget = final;

      runCommand =
        name: environment: buildCommand:
        mkDerivation (environment // { inherit name buildCommand; });
      runCommandLocal = final.runCommand;
      writeText = name: text: mkDerivation { inherit name text; };
      makeSetupHook =
        {
          name,
          substitutions ? { },
          ...
        }:
        script: mkDerivation ({ inherit name script; } // substitutions);
      symlinkJoin = mkDerivation;
      fetchurl =
        {
          url,
          name ? baseNameOf url,
          sha256,
          ...
        }:
        derivation {
          inherit name system url;
          builder = "/not-built";
          outputHash = sha256;
          outputHashAlgo = "sha256";
          outputHashMode = "flat";
        };
      rustPlatform.buildRustPackage = args: mkDerivation (removeAttrs args [ "cargoLock" ]);

      darwin.signingUtils = package "signing-utils" "0";
      gccForLibs.lib = package "gcc-lib" "0";
      llvmPackages.llvm = package "llvm" "0";
      zig_0_15 = package "zig" "0.15.2";
    };
in
lib.fix (lib.extends (lib.composeManyExtensions overlays) packages)
