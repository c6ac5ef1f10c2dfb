# The toolchain record of ../toolchain, as far as builds of services read it, made of nixpkgs and rust-overlay.
{
  # nixpkgs with rust-overlay, the version of the compiler, and crane's function.
  pkgs,
  rustVersion,
  vendorCargoDeps,
}:
let
  inherit (pkgs) stdenv;
  shell = import ./shell.nix pkgs;

  profile = pkgs.rust-bin.stable.${rustVersion}.minimal;
  rust = profile.override { extensions = [ "rust-src" ]; };
  zig = pkgs.symlinkJoin {
    name = "zig-${pkgs.zig_0_15.version}";
    paths = [
      pkgs.zig_0_15
      pkgs.cargo-zigbuild
    ];
  };
  wrappers =
    import ../toolchain/wrappers.nix {
      inherit shell rust zig;
      # NB: the wrappers' interpreter.
      seed = pkgs.bash;
    }
    // {
      # NB: build scripts run on this machine, which has nixpkgs' libc.
      host-cc = "${stdenv.cc}/bin/cc";
    };

  environment = import ../toolchain/environment.nix {
    inherit shell rust wrappers;
    zig = zig // {
      inherit (pkgs.zig_0_15) version;
    };
    stdCrates = shell {
      name = "std-crates";
      script = ./stdCrates.sh;
      crates = vendorCargoDeps { cargoLock = ../toolchain/std-Cargo.lock; };
    };
    hostTriple = stdenv.hostPlatform.rust.rustcTarget;
    libc =
      _: _: _:
      "";
    # The standard library of Rust's own release where there is one, compiled for the same processor.
    sysroot =
      platform: compiled:
      let
        released = profile.override { targets = [ platform.triple ]; };
        isReleased = (builtins.tryEval released.drvPath).success;
      in
      if platform ? cpu || platform.llvmArguments != [ ] || !isReleased then compiled else released;
  };
in
{
  inherit rust shell;
  inherit (pkgs.llvmPackages) llvm;
  inherit (environment)
    hostEnvironment
    hostTriple
    linkEnvironment
    platformEnvironment
    rustflagsVariable
    withKeptLinks
    ;
  sourceDateEpoch = 1;
  cargoSetup.zigCache = ../toolchain/zigCache.sh;
}
