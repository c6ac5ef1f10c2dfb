# Stands in for the linker where an executable is compiled but not yet linked: keeps the arguments that rustc passes, one a line,
# and a copy of every input that this build has made, in $KEPT_LINKS/<executable>.
folder=$KEPT_LINKS/$CARGO_BIN_NAME
mkdir -p "$folder/inputs"

count=0
# Copies the files $2… to the folder inputs/<number>, or one file to inputs/<number>-<name>, and puts the result into $kept.
keep() {
  count=$((count + 1))
  kept=inputs/$count
  if [ "$1" = file ]; then kept+=-$(basename "$2"); else mkdir -p "$folder/$kept"; fi
  if [ $# -gt 1 ]; then cp "${@:2}" "$folder/$kept"; fi
}

# Keeps the libraries of the folder $1 of this build.
keep_libraries() {
  case $1 in /nix/store/*) return ;; esac
  shopt -s nullglob
  keep folder "$1"/*.a "$1"/*.lib
  shopt -u nullglob
}

# Keeps $1 if it is a file of this build.
keep_file() {
  case $1 in /nix/store/*) return ;; esac
  if [ -f "$1" ]; then keep file "$1"; fi
}

arguments=() previous=''
for argument; do
  # What precedes a path in the same argument.
  prefix=''
  case $argument in
    -L?* | -T?*) prefix=${argument:0:2} ;;
    -*=*) prefix=${argument%"${argument##*=}"} ;;
    # NB: a word of the linker's, as in -Wl,-z,now, may be the name of a file beside the manifest.
    -*,/*) prefix=${argument%"${argument##*,}"} ;;
  esac
  path=${argument#"$prefix"}
  kept=$path
  case $previous:$argument in
    -o:*)
      # cargo looks for it.
      : >"$argument"
      kept=OUTPUT
      ;;
    -L:* | *:-L?*) keep_libraries "$path" ;;
    *) keep_file "$path" ;;
  esac
  # NB: whatever names this build otherwise would not be there when the executable is linked.
  case $kept in
    *"$PWD"* | *"$TMPDIR"*)
      echo "keep-link: '$argument' names a place in the build's folder, which is gone when the executable is linked;" \
        "name a file that is there, as an argument of its own or after '=' or ',', and no file for the linker to write" >&2
      exit 1
      ;;
  esac
  arguments+=("$prefix$kept")
  previous=$argument
done
printf '%s\n' "${arguments[@]}" >"$folder/arguments"
