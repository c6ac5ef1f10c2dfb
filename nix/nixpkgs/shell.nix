# Makes a derivation out of a bash script, as ../toolchain/shell.nix does, with the tools of nixpkgs' stdenv.
pkgs:
{
  name,
  script,
  tools ? [ ],
  ...
}@args:
pkgs.stdenv.mkDerivation (
  removeAttrs args [
    "script"
    "tools"
  ]
  // {
    inherit name;
    nativeBuildInputs = tools;
    # NB: nixpkgs sets HOME to a folder that does not exist.
    buildCommand = ''
      set -euo pipefail
      export HOME=$TMPDIR
      source ${script}
    '';
  }
)
