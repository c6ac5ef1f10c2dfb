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

arguments=() previous=''
for argument; do
  kept=$argument
  case $previous in
    -o)
      # cargo looks for it.
      : >"$argument"
      kept=OUTPUT
      ;;
    -L)
      case $argument in
        /nix/store/*) ;;
        *)
          shopt -s nullglob
          keep folder "$argument"/*.a "$argument"/*.lib
          shopt -u nullglob
          ;;
      esac
      ;;
    *)
      case $argument in
        /nix/store/* | -*) ;;
        *) if [ -f "$argument" ]; then keep file "$argument"; fi ;;
      esac
      ;;
  esac
  # NB: whatever names this build otherwise would not be there when the executable is linked.
  case $kept in
    *"$PWD"* | *"$TMPDIR"*)
      echo "keep-link: '$argument' names a file of the build in a way that is not known here" >&2
      exit 1
      ;;
  esac
  arguments+=("$kept")
  previous=$argument
done
printf '%s\n' "${arguments[@]}" >"$folder/arguments"
