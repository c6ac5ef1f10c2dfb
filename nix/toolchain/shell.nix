# Makes a derivation out of a bash script: shell { name; script; tools; … } runs it with the seed's tools on PATH.
#
# Every other attribute becomes an environment variable of the script, as in any derivation.
{ system, seed }:
{
  name,
  # The script's file. bash runs it with -euo pipefail in the empty build folder.
  script,
  # Derivations whose bin/ precedes the seed's on PATH.
  tools ? [ ],
  ...
}@args:
derivation (
  removeAttrs args [
    "script"
    "tools"
  ]
  // {
    inherit system;
    builder = "${seed}/bin/bash";
    args = [
      "-euo"
      "pipefail"
      script
    ];
    PATH = builtins.concatStringsSep ":" (map (tool: "${tool}/bin") (tools ++ [ seed ]));
  }
)
