# Writes the manifests and empty targets that mkDummySrc.nix lists.
mapfile -t folders <<<"$folders"
read -ra manifests <<<"$manifests"
mkdir -p "$out"
[ -z "$lockFile" ] || cp "$lockFile" "$out/Cargo.lock"
for i in "${!folders[@]}"; do
  mkdir -p "$out/${folders[i]}"
  cp "${manifests[i]}" "$out/${folders[i]}/Cargo.toml"
done
[ -z "$cargoFolder" ] || cp -r "$cargoFolder" "$out/$cargoFolderIn/.cargo"
while read -r target; do
  [ -n "$target" ] || continue
  mkdir -p "$(dirname "$out/$target")"
  case $target in
    */src/lib.rs) given=$dummyrs content= ;;
    */build.rs) given=$dummyBuildrs content='fn main() {}' ;;
    *) given=$dummyrs content='fn main() {}' ;;
  esac
  if [ -n "$given" ]; then cat "$given" >"$out/$target"; else printf %s "$content" >"$out/$target"; fi
done <<<"$targets"
set +u
eval "$extraDummyScript"
