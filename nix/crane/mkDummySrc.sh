# Writes the manifests and empty targets that mkDummySrc.nix lists.
mapfile -t folders <<<"$folders"
read -ra manifests <<<"$manifests"
mkdir -p "$out"
cp "$lockFile" "$out/Cargo.lock"
[ -z "$cargoFolder" ] || cp -r "$cargoFolder" "$out/.cargo"
for i in "${!folders[@]}"; do
  mkdir -p "$out/${folders[i]}"
  cp "${manifests[i]}" "$out/${folders[i]}/Cargo.toml"
done
while read -r target; do
  mkdir -p "$(dirname "$out/$target")"
  case $target in
    *lib.rs) : >"$out/$target" ;;
    *) echo 'fn main() {}' >"$out/$target" ;;
  esac
done <<<"$targets"
