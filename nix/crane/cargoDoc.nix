# `cargo doc`, installed in share/doc: fails on every rustdoc lint that is denied.
{ mkCargoDerivation, ... }:
{
  cargoDocExtraArgs ? "--no-deps",
  cargoExtraArgs ? "--locked",
  # The folder that is installed. Default: where cargo puts the documentation.
  docInstallRoot ? "",
  ...
}@args:
mkCargoDerivation (
  removeAttrs args [
    "cargoDocExtraArgs"
    "cargoExtraArgs"
  ]
  // {
    pnameSuffix = "-doc";
    inherit docInstallRoot;
    buildPhaseCargoCommand = "cargoWithProfile doc ${cargoExtraArgs} ${cargoDocExtraArgs}";
    doInstallCargoArtifacts = args.doInstallCargoArtifacts or false;
    installPhaseCommand = ''
      documentation=''${docInstallRoot:-''${CARGO_TARGET_DIR:-target}/$CARGO_BUILD_TARGET/doc}
      # NB: with a target that is the host, cargo leaves its name out.
      [ -n "$docInstallRoot" ] || [ -d "$documentation" ] || documentation=''${CARGO_TARGET_DIR:-target}/doc
      mkdir -p "$out/share"
      mv "$documentation" "$out/share"
    '';
  }
)
