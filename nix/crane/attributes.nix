# What crane documents and is not available here: its name, and why, or what to use instead.
let
  tool =
    name:
    "the closed set of archives does not hold it; give a package of it: crane.overrideScope (final: prev: { ${name} = …; })";
  vendoring = "vendorCargoDeps vendors one lock file as a whole";
  toolchain = "the compiler, the C compiler and the linker are those of samebits, which builds twice with them; name a platform in mkCrane instead";
  reproducible = "paths of the toolchain, of crates and of the source are remapped while compiling, so none has to be removed or restored";
in
{
  buildTrunkPackage = "trunk, wasm-bindgen and binaryen are not in the closed set; the platform wasm32-wasi builds WebAssembly";
  cargo-audit = tool "cargo-audit";
  cargo-deny = tool "cargo-deny";
  cargo-llvm-cov = tool "cargo-llvm-cov";
  cargo-nextest = tool "cargo-nextest";
  cargo-tarpaulin = tool "cargo-tarpaulin";
  craneUtils = "it is a part of crane's own implementation";
  downloadCargoPackage = vendoring;
  downloadCargoPackageFromGit = vendoring;
  fileset = "it needs nixpkgs' lib.fileset; use cleanCargoSource, or filterCargoSources with builtins.path";
  mkCrossToolchainEnv = toolchain;
  overrideToolchain = toolchain;
  remapPathPrefixHook = reproducible;
  removeReferencesToRustToolchainHook = reproducible;
  removeReferencesToVendoredSourcesHook = reproducible;
  stdenvSelector = toolchain;
  taplo = tool "taplo";
  vendorCargoRegistries = vendoring;
  vendorGitDeps = vendoring;
  vendorMultipleCargoDeps = vendoring;
  writeTOMLViaCraneUtils = "writeTOML writes TOML while evaluating";
  writeTOMLViaRemarshal = "writeTOML writes TOML while evaluating";
}
