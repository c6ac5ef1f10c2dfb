# Lays out a workspace: each package from its own tree, or from the dummy source where the tree is "-".
# NB: the packages are sorted, so that a folder precedes those below it.
mapfile -t packages <<<"$packages"
read -ra trees <<<"$trees"
mapfile -t files <<<"$files"
read -ra copies <<<"$copies"

mkdir -p "$out"
# Replaces $out/$1 by a copy of $2.
lay() {
  [ "$1" = . ] || rm -rf "${out:?}/$1"
  mkdir -p "$(dirname "$out/$1")"
  if [ -d "$2" ]; then
    mkdir -p "$out/$1"
    cp -r "$2/." "$out/$1"
  else
    cp "$2" "$out/$1"
  fi
  chmod -R u+w "$out/$1"
}

for i in "${!packages[@]}"; do
  if [ "${trees[i]}" = - ]; then lay "${packages[i]}" "$dummySrc/${packages[i]}"; else lay "${packages[i]}" "${trees[i]}"; fi
done
lay Cargo.lock "$dummySrc/Cargo.lock"
for i in "${!files[@]}"; do lay "${files[i]}" "${copies[i]}"; done
