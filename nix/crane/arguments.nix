# The arguments that crane and nixpkgs' mkDerivation document, by what becomes of them here. docs/crane.md shows this table. Any
# other argument becomes an environment variable of the build, as with mkDerivation.
let
  lib = import ../lib.nix;
  # Refused, unless the value is one of those that state what is so here anyway.
  refusedUnless = unless: why: { inherit why unless; };
  refused = refusedUnless [ null ];
  off = refusedUnless [
    null
    false
    ""
    [ ]
  ];
  condition = refused "the build sets it, to another value in the rebuild (docs/bit-identical.md)";
  builder = refused "it is an attribute of the derivation's own script; give the variable another name";
  dependency = off "a build has inputs for the build machine alone, nativeBuildInputs; C libraries for a platform are found by the variables of their crates";
  strip = off "nothing is stripped after cargo; set strip in the profile";
in
{
  # Those with crane's meaning and default. The text says where the effect differs.
  honoured =
    lib.genAttrs [
      "CARGO_BUILD_INCREMENTAL"
      "CARGO_HOME"
      "CARGO_PROFILE"
      "CRANE_BUILD_DEPS_ONLY"
      "NEXTEST_SHOW_PROGRESS"
      "RUST_TEST_THREADS"
      "advisory-db"
      "buildPhase"
      "buildPhaseCargoCommand"
      "cargoAuditExtraArgs"
      "cargoBuildCommand"
      "cargoBuildExtraArgs"
      "cargoCheckCommand"
      "cargoCheckExtraArgs"
      "cargoClippyExtraArgs"
      "cargoDenyChecks"
      "cargoDenyExtraArgs"
      "cargoDocExtraArgs"
      "cargoExtraArgs"
      "cargoLlvmCovCommand"
      "cargoLlvmCovExtraArgs"
      "cargoLock"
      "cargoLockContents"
      "cargoLockParsed"
      "cargoNextestExtraArgs"
      "cargoNextestPartitionsExtraArgs"
      "cargoTarpaulinExtraArgs"
      "cargoTestCommand"
      "cargoTestExtraArgs"
      "cargoToml"
      "cargoTomlContents"
      "checkInputs"
      "checkPhase"
      "checkPhaseCargoCommand"
      "checks"
      "cleanCargoTomlFilter"
      "configSha256"
      "configurePhase"
      "doCheck"
      "doInstallCargoArtifacts"
      "doInstallCheck"
      "doNotPostBuildInstallCargoBinaries"
      "doNotReplaceCargoLock"
      "dl"
      "docInstallRoot"
      "dontBuild"
      "dontConfigure"
      "dontFixup"
      "dontInstall"
      "dontPatch"
      "dontUnpack"
      "dummyBuildrs"
      "dummySrc"
      "dummyrs"
      "env"
      "extraDummyScript"
      "fixupPhase"
      "indexUrl"
      "inputsFrom"
      "installCheckInputs"
      "installCheckPhase"
      "installPhase"
      "installPhaseCommand"
      "meta"
      "name"
      "nativeBuildInputs"
      "nativeCheckInputs"
      "nativeInstallCheckInputs"
      "packages"
      "passthru"
      "patchFlags"
      "patchPhase"
      "patches"
      "phases"
      "pname"
      "pnameSuffix"
      "postBuild"
      "postCheck"
      "postConfigure"
      "postFixup"
      "postInstall"
      "postInstallCheck"
      "postPatch"
      "postPhases"
      "postUnpack"
      "preBuild"
      "preBuildPhases"
      "preCheck"
      "preConfigure"
      "preConfigurePhases"
      "preFixup"
      "preFixupPhases"
      "preInstall"
      "preInstallCheck"
      "preInstallPhases"
      "prePatch"
      "prePhases"
      "preUnpack"
      "rev"
      "rustFmtExtraArgs"
      "shellHook"
      "sourceRoot"
      "src"
      "taploExtraArgs"
      "unpackPhase"
      "version"
      "withLlvmCov"
    ] (_: "")
    // {
      CFLAGS = "added to those that keep paths and times out of C code";
      CXXFLAGS = "added to those that keep paths and times out of C++ code";
      RUSTFLAGS = "added to those of the platform, as the other variables with rustc's flags are";
      buildInputs = "as nativeBuildInputs; one with include or lib fails, because no compiler here looks for C libraries by itself";
      cargoArtifacts = "a folder target, not an archive; buildDepsOnly takes one, too, and adds to it";
      cargoVendorDir = "";
      depsBuildBuild = "as nativeBuildInputs";
      doIncludeCrossToolchainEnv = "without it, for the build machine";
      doNotLinkInheritedArtifacts = "files are always copied";
      doNotRemoveReferencesToRustToolchain = "none is removed: paths are remapped while compiling";
      doNotRemoveReferencesToVendorDir = "none is removed: paths are remapped while compiling";
      doNotSign = "nothing is signed after the linker";
      dontPatchELF = "nothing is patched";
      dontPatchShebangs = "nothing is patched";
      dontStrip = "nothing is stripped after cargo";
      enableParallelBuilding = "cargo always builds in parallel";
      outputHashes = "needed for every git dependency; that of mkCrane by default";
      registries = "a folder takes the place of every registry that Cargo.lock names, whatever its name";
      outputs = "each is a variable; nothing moves files between them";
      strictDeps = "the sandbox never holds anything undeclared";
    };

  refused = {
    CARGO_BUILD_JOBS = condition;
    CARGO_ENCODED_RUSTFLAGS = refused "flags of the platform are added before it; state yours separated by spaces, in RUSTFLAGS";
    CARGO_NET_OFFLINE = refused "builds have no network";
    HOME = condition;
    HOSTNAME = condition;
    LANG = condition;
    LANGUAGE = condition;
    LD_PRELOAD = condition;
    LOGNAME = condition;
    PATH = refused "put packages on it with nativeBuildInputs";
    REMAP_PATH_PREFIXES = builder;
    SOURCE_DATE_EPOCH = refused "build scripts see 1 at every commit";
    TERM = condition;
    TMPDIR = condition;
    TZ = condition;
    USER = condition;
    __structuredAttrs = off "the phases read their arguments from the environment";
    args = builder;
    builder = builder;
    cargoNextestArchiveExtraArgs = off "nextest runs in one derivation here";
    configurePlatforms = off "no configure script is run";
    depsBuildTarget = dependency;
    depsHostHost = dependency;
    depsTargetTarget = dependency;
    distPhase = off "there is no dist phase; use postInstall";
    doDist = off "there is no dist phase; use postInstall";
    fetchurlExtraArgs =
      refusedUnless
        [
          null
          { }
        ]
        "Nix fetches with its own settings (`netrc-file`), and ./bootstrap with cargo's and its credentials; leave it out";
    doRemapPathPrefix = off "paths of the source are always remapped, to /source";
    hardeningDisable = off "the flags of C code are those of the platform; set CFLAGS";
    hardeningEnable = off "the flags of C code are those of the platform; set CFLAGS";
    installCargoArtifactsMode = refusedUnless [
      null
      "use-symlink"
    ] "cargo's target folder is kept as it is; there is no zstd in the closed set";
    overrideVendorCargoPackage = off "crates are vendored as their archives hold them; put [patch.crates-io] with a path into Cargo.toml";
    overrideVendorGitCheckout = off "crates are vendored as their repositories hold them; put [patch] with a path into Cargo.toml";
    partitionType = refusedUnless [
      null
      "count"
      "hash"
    ] "nextest runs in one derivation here";
    partitions = refusedUnless [
      null
      1
    ] "nextest runs in one derivation here";
    preDist = off "there is no dist phase; use postInstall";
    preDistPhases = off "there is no dist phase; use postInstall";
    postDist = off "there is no dist phase; use postInstall";
    propagatedBuildInputs = dependency;
    propagatedNativeBuildInputs = dependency;
    script = builder;
    separateDebugInfo = off "nothing is stripped after cargo; set split-debuginfo and strip in the profile, or see `.mapped` (docs/debugging.md)";
    setSourceRoot = off "the source is one folder; set sourceRoot";
    setupHook = off "a result adds nothing to builds that use it";
    setupHooks = off "a result adds nothing to builds that use it";
    srcs = off "a build has one source; put them together in src";
    stdenv = refused "compilers and phases are those of samebits; put further tools into nativeBuildInputs";
    stripAllList = strip;
    stripDebugFlags = strip;
    stripDebugList = strip;
    stripExclude = strip;
    system = builder;
    tools = builder;
    trunkExtraArgs = off "trunk is not in the closed set";
    trunkExtraBuildArgs = off "trunk is not in the closed set";
    trunkIndexPath = off "trunk is not in the closed set";
    unpackCmd = off "the source is a folder or a tar archive; write an unpackPhase";
    wasm-bindgen-cli = off "trunk is not in the closed set";
    zstdCompressionExtraArgs = off "cargo's target folder is kept as it is; there is no zstd in the closed set";
  };
}
