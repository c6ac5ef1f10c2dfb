# A function with checked arguments: a value of another type throws with the argument's name, before Nix stops where it is used.
function: implementation:
let
  lib = import ../lib.nix;
  types = import ../types.nix;
  inherit (import ../names.nix) orThrow;

  # What can stand in a text.
  text = {
    inherit (types.text) name;
    is =
      value: builtins.isString value || builtins.isPath value || value ? outPath || value ? __toString;
  };
  list = {
    name = "a list";
    is = builtins.isList;
  };
  all = type: names: lib.genAttrs names (_: type);
  expected =
    all text [
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
      "cargoNextestExtraArgs"
      "cargoNextestPartitionsExtraArgs"
      "cargoTarpaulinExtraArgs"
      "cargoTestCommand"
      "cargoTestExtraArgs"
      "cargoTomlContents"
      "checkPhaseCargoCommand"
      "configSha256"
      "dl"
      "extraDummyScript"
      "indexUrl"
      "installPhaseCommand"
      "name"
      "pname"
      "pnameSuffix"
      "rev"
      "rustFmtExtraArgs"
      "taploExtraArgs"
      "version"
    ]
    // all list [
      "buildInputs"
      "checkInputs"
      "depsBuildBuild"
      "inputsFrom"
      "installCheckInputs"
      "nativeBuildInputs"
      "nativeCheckInputs"
      "nativeInstallCheckInputs"
      "packages"
    ]
    // all types.set [
      "checks"
      "env"
      "meta"
      "passthru"
    ]
    // all types.flag [
      "doCheck"
      "doIncludeCrossToolchainEnv"
      "doInstallCheck"
      "withLlvmCov"
    ]
    // all types.path [
      "cargoToml"
      "dummySrc"
      "src"
    ]
    // builtins.mapAttrs (_: types.nullOr) {
      cargoLock = types.path;
      cargoLockContents = text;
      cargoLockParsed = types.set;
      outputHashes = types.setOfTexts;
      registries = types.setOfTexts;
    };
in
args:
if !builtins.isAttrs args then
  throw "samebits: crane's ${function} takes a set of arguments, and this is ${types.shown args}"
else
  orThrow (types.problems "crane's ${function}: " expected args) (implementation args)
