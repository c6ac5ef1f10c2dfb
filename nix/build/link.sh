# Links the executables whose inputs are in $objects (keepObjects.sh), each with its stamp, into $out/bin, and checks them.
source "$zigCache"
# NB: linkers write it into the headers of some formats.
export SOURCE_DATE_EPOCH=$commitTime

mkdir -p "$out/bin"
build=$PWD
compile=("$TARGET_CC" -c -O1 -g0 -std=c23)
# Read by linker-with-map.sh.
export LINK_MAP=$out/link-map SYMBOLS=$out
for link in "$objects"/links/*; do
  executable=$(basename "$link")
  work=$build/$executable
  mkdir "$work"
  # NB: without a stamp there is no output. Then it refuses what is no release.
  "$buildStamp/bin/build-stamp" --fields "$fields" --binary "$executable" --messages "$objects/messages.json" \
    --metadata "$objects/metadata.json" ${CARGO_BUILD_TARGET:+--target "$CARGO_BUILD_TARGET"} \
    --debug-features "$debugFeatures" ${stamped:+--output "$work"}
  cd "$work"
  if [ -n "$stamped" ]; then
    # NB: beside the files that it embeds.
    cp "$stampSource" stamp.c
    "${compile[@]}" -o stamp.o stamp.c
    stamp=$work/stamp.o
  else
    # NB: an archive's member is linked only if the program asks for its symbol: one that prints its stamp.
    "${compile[@]}" -o unstamped.o "$unstampedSource"
    stamp=$work/unstamped.a
    "$TARGET_AR" rcs "$stamp" unstamped.o
  fi
  arguments=()
  while IFS= read -r argument; do
    if [ "$argument" = OUTPUT ]; then argument=$out/bin/$executable$executableSuffix; fi
    arguments+=("$argument")
  done <"$link/arguments"
  cd "$link"
  "$TARGET_LINKER" "${arguments[@]}" "$stamp"
done
cd "$build"
[ -z "${checkExecutables-}" ] || source "$checkExecutables"
[ -z "${checkSizes-}" ] || source "$checkSizes"
