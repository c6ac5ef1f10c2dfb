# Links the executables whose inputs are in $objects (keepObjects.sh), each with its stamp, into $out/bin, and checks them.
source "$zigCache"
# NB: linkers write it into the headers of some formats.
export SOURCE_DATE_EPOCH=$commitTime

mkdir -p "$out/bin"
compile=("$TARGET_CC" -c -O1 -g0 -std=c23)
# Read by linker-with-map.sh.
export LINK_MAP=$out/link-map SYMBOLS=$out
for link in "$objects"/links/*; do
  executable=$(basename "$link")
  work=$PWD/$executable
  mkdir "$work"
  # NB: beside the files that it embeds.
  cp "$stampSource" "$work/stamp.c"
  stamps=()
  if [ -n "$stamp" ]; then
    "$buildStamp/bin/build-stamp" --fields "$stamp" --binary "$executable" --messages "$objects/messages.json" \
      --metadata "$objects/metadata.json" ${CARGO_BUILD_TARGET:+--target "$CARGO_BUILD_TARGET"} \
      --debug-features "$debugFeatures" --output "$work"
    (cd "$work" && "${compile[@]}" -o stamp.o stamp.c)
    stamps=("$work/stamp.o")
  fi
  # NB: a member of an archive is linked only if the program asks for its symbol: one that prints its stamp.
  "${compile[@]}" -o "$work/unstamped.o" "$unstampedSource"
  "$TARGET_AR" rcs "$work/unstamped.a" "$work/unstamped.o"
  arguments=()
  while IFS= read -r argument; do
    if [ "$argument" = OUTPUT ]; then argument=$out/bin/$executable${executableSuffix-}; fi
    arguments+=("$argument")
  done <"$link/arguments"
  (cd "$link" && "$TARGET_LINKER" "${arguments[@]}" "${stamps[@]}" "$work/unstamped.a")
done
[ -z "${checkExecutables-}" ] || source "$checkExecutables"
[ -z "${checkSizes-}" ] || source "$checkSizes"
