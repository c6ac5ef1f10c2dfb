# Runs the phases of a build in the order of nixpkgs' stdenv, each with its hooks.

# NB: hooks and phases of other projects are written for a shell without it.
set +u

# Evaluates the variable with this name, or calls the function.
evaluate() {
  if [ -n "${!1-}" ]; then eval "${!1}"; elif declare -F "$1" >/dev/null; then "$@"; fi
}

# Runs the hook of this name, then those that setup hooks have added to <name>Hooks.
runHook() {
  local hook added="${1}Hooks[@]"
  evaluate "$1"
  for hook in "${!added}"; do
    if declare -F "$hook" >/dev/null; then "$hook"; else eval "$hook"; fi
  done
}

# Puts the inputs, and what they propagate, on PATH, and finds their setup hooks. An input that is a file is a setup hook.
inputPath='' seen='' setupHooks=()
addInputs() {
  local input propagated
  for input; do
    case " $seen " in *" $input "*) continue ;; esac
    seen+=" $input"
    if [ ! -e "$input" ]; then
      echo "crane: the input '$input' does not exist" >&2
      exit 1
    fi
    if [ -f "$input" ]; then
      setupHooks+=("$input")
      continue
    fi
    [ ! -d "$input/bin" ] || inputPath+=$input/bin:
    [ ! -f "$input/nix-support/setup-hook" ] || setupHooks+=("$input/nix-support/setup-hook")
    for propagated in "$input"/nix-support/propagated-{,native-}build-inputs; do
      # shellcheck disable=SC2046 # One path a word.
      [ ! -f "$propagated" ] || addInputs $(cat "$propagated")
    done
  done
}
addEnvHooks() {
  echo "crane: a setup hook of an input wants to see all inputs (addEnvHooks), which only nixpkgs' stdenv can" >&2
  exit 1
}
for input in $buildInputs; do
  if [ -e "$input/include" ] || [ -e "$input/lib" ]; then
    echo "crane: buildInputs has '$input', a library for C, and no compiler here looks for libraries by itself; tell the crate where it is, by its variable such as X_LIB_DIR" >&2
    exit 1
  fi
done
# shellcheck disable=SC2086 # One path a word.
addInputs $nativeBuildInputs $buildInputs
export PATH=$inputPath$PATH
for hook in "${setupHooks[@]}"; do source "$hook"; done

# Replaces text in files, as nixpkgs' function of that name.
substituteInPlace() {
  local files=() file text before
  while [ $# -gt 0 ] && [[ $1 != --* ]]; do files+=("$1") && shift; done
  for file in "${files[@]}"; do
    text=$(cat "$file" && echo .)
    set -- "$@" --
    while [ "$1" != -- ]; do
      before=$text
      case $1 in
        --replace | --replace-fail | --replace-warn | --replace-quiet) text=${text//"$2"/"$3"} ;;
        --subst-var-by) text=${text//"@$2@"/"$3"} ;;
        *) echo "substituteInPlace: '$1' is not supported here" >&2 && return 1 ;;
      esac
      if [ "$text" = "$before" ] && [ "$1" != --replace-quiet ]; then
        echo "substituteInPlace: '$file' does not contain '$2'" >&2
        [ "$1" != --replace-fail ] || return 1
      fi
      set -- "$@" "$1" "$2" "$3"
      shift 3
    done
    shift
    printf %s "${text%.}" >"$file"
  done
}

unpackPhase() {
  runHook preUnpack
  local name
  name=$(basename "$src" | sed -E 's/^([a-z0-9]{32}-)+//')
  # NB: the same folder for every source: C compilers and build scripts see its name, those of the dependencies too.
  mkdir source
  # NB: without modification times. All files in the store date from 1970, including the dummy source that the dependencies were
  # built from, so cargo would mistake the dummies' artifacts for those of the real source.
  if [ -d "$src" ]; then
    cp -r "$src/." source
  else
    case $src in
      *.tar.gz | *.tgz) tar -xzmf "$src" -C source ;;
      *.tar.xz | *.txz) tar -xJmf "$src" -C source ;;
      *.tar.bz2 | *.tbz2) tar -xjmf "$src" -C source ;;
      *.tar) tar -xmf "$src" -C source ;;
      *) echo "crane: src is '$src', neither a folder nor a tar archive; write an unpackPhase" >&2 && return 1 ;;
    esac
  fi
  chmod -R u+w source
  # NB: sourceRoot may begin with the name that nixpkgs would give to the folder.
  [ "$name" = source ] || ln -s source "$name"
  sourceRoot=${sourceRoot:-source}
  runHook postUnpack
}

patchPhase() {
  local patch unpack
  runHook prePatch
  for patch in $patches; do
    echo "applying patch $patch"
    case $patch in
      *.gz) unpack=zcat ;;
      *.xz) unpack=xzcat ;;
      *.bz2) unpack=bzcat ;;
      *) unpack=cat ;;
    esac
    # shellcheck disable=SC2086 # One flag a word.
    "$unpack" "$patch" | patch ${patchFlags:--p1}
  done
  runHook postPatch
}

configurePhase() {
  runHook preConfigure
  runHook postConfigure
}
fixupPhase() {
  runHook preFixup
  runHook postFixup
}
installCheckPhase() {
  runHook preInstallCheck
  runHook postInstallCheck
}

# Whether a phase is to be skipped.
isSkipped() {
  case $1 in
    unpackPhase) [ -n "$dontUnpack" ] ;;
    patchPhase) [ -n "$dontPatch" ] ;;
    configurePhase) [ -n "$dontConfigure" ] ;;
    buildPhase) [ -n "$dontBuild" ] ;;
    checkPhase) [ -z "$doCheck" ] ;;
    installPhase) [ -n "$dontInstall" ] ;;
    fixupPhase) [ -n "$dontFixup" ] ;;
    installCheckPhase) [ -z "$doInstallCheck" ] ;;
    *) false ;;
  esac
}

: "${phases:=$prePhases unpackPhase patchPhase $preConfigurePhases configurePhase $preBuildPhases buildPhase checkPhase
  $preInstallPhases installPhase $preFixupPhases fixupPhase installCheckPhase $postPhases}"
for phase in $phases; do
  if isSkipped "$phase"; then continue; fi
  echo "Running phase: $phase"
  if [ -z "${!phase+set}" ] && ! declare -F "$phase" >/dev/null; then
    echo "crane: there is no '$phase', which phases names; define it, or leave it out" >&2
    exit 1
  fi
  evaluate "$phase"
  # NB: the physical folder, because compilers see that.
  [ "$phase" != unpackPhase ] || cd -P "${sourceRoot:-.}"
done
