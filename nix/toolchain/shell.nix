# Makes a derivation out of a bash script: shell { name; script; tools; … } runs it with the seed's tools on PATH.
#
# Every further attribute reaches the script as an environment variable, as with any derivation.
{ system, seed }:
{
  name,
  # The script, a file of its own: run by bash with -euo pipefail in the empty build folder.
  script,
  # Derivations whose bin/ comes before the seed's on PATH.
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
