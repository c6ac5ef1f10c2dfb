# What stdenv.mkDerivation runs in nixpkgs, as far as crane needs it: setup hooks, then the phases of a build.
set +u

# Runs a hook: the function or variable of this name, then the functions and commands in the array of the same name.
runHook() {
  local -n commands=${1}Hooks
  local command
  if declare -F "$1" >/dev/null; then "$1"; else eval "${!1}"; fi
  for command in "${commands[@]}"; do eval "$command"; done
}

unpackPhase() {
  runHook preUnpack
  # NB: the store path's name without its hash, as nixpkgs does: crane relies on it.
  sourceRoot=$(basename "$src")
  sourceRoot=${sourceRoot:33}
  cp -r --no-preserve=timestamps "$src" "$sourceRoot"
  chmod -R u+w "$sourceRoot"
  runHook postUnpack
}

patchPhase() {
  local patch
  runHook prePatch
  for patch in $patches; do patch -p1 <"$patch"; done
  runHook postPatch
}

# Runs a phase, given as a function or as a variable. The variable counts.
runPhase() {
  if [ -n "${!1}" ]; then eval "${!1}"; else "$1"; fi
}

for input in $depsBuildBuild $nativeBuildInputs $buildInputs; do
  if [ -f "$input/nix-support/setup-hook" ]; then source "$input/nix-support/setup-hook"; fi
done

if [ -n "$buildCommand" ]; then
  eval "$buildCommand"
else
  runPhase unpackPhase
  cd "$sourceRoot"
  runPhase patchPhase
  [ -n "$dontConfigure" ] || runPhase configurePhase
  [ -n "$dontBuild" ] || runPhase buildPhase
  [ -z "$doCheck" ] || runPhase checkPhase
  for phase in $preInstallPhases installPhase; do runPhase "$phase"; done
fi
