# Makes a cargo directory source of a git repository's tree: crates/<name>-<version> for each package that the lock file names.
#
# They are links into the whole tree, because a crate may read files of the repository beside its own.
mkdir -p "$out/crates"
cp -r "$tree" "$out/tree"
chmod -R u+w "$out/tree"
export CARGO_HOME=$PWD/cargo

# NB: cargo cannot tell by a link which workspace a package inherits from, so the manifest says it.
stateWorkspace() { # manifest
  local manifest=$1 folder
  grep -Eq '(^|[^#]*[.{ ,])workspace *= *true' "$manifest" || return 0
  ! grep -Eq '^ *\[ *workspace *[].]' "$manifest" || return 0
  folder=$(dirname "$manifest")
  local stated
  stated=$(sed -n '/^ *\[ *package *\]/,/^ *\[/s/^ *workspace *= *"\(.*\)".*/\1/p' "$manifest")
  if [ -n "$stated" ]; then
    folder=$(realpath "$folder/$stated")
  else
    until grep -Eqs '^ *\[ *workspace *[].]' "$folder/Cargo.toml"; do
      if [ "$folder" = "$out/tree" ]; then
        echo "gitCrates: '${manifest#"$out/tree/"}' of $url inherits from a workspace, and no folder above it is one" >&2
        exit 1
      fi
      folder=$(dirname "$folder")
    done
  fi
  sed -i -e '/^ *\[ *package *\]/,/^ *\[/{/^ *workspace *= *"/d}' -e "s|^ *\[ *package *\].*|&\nworkspace = \"$folder\"|" "$manifest"
}

for package in $packages; do
  name=${package%%=*}
  version=${package#*=}
  found=()
  while IFS= read -r manifest; do
    described=$(cargo read-manifest --offline --manifest-path "$manifest" 2>/dev/null || true)
    case $described in
      '{"name":"'"$name"'","version":"'"$version"'",'*) found+=("$manifest") ;;
    esac
  done < <(find "$out/tree" -name Cargo.toml -type f -exec grep -El "name\"? *= *[\"']$name[\"']" {} + | sort)
  if [ "${#found[@]}" != 1 ]; then
    echo "gitCrates: $name $version should be in one folder of $url, and it is in ${#found[@]}: ${found[*]#"$out/tree/"}" >&2
    exit 1
  fi
  folder=$(dirname "${found[0]}")
  echo '{"files":{},"package":null}' >"$folder/.cargo-checksum.json"
  ln -s "$folder" "$out/crates/$name-$version"
  manifests+=("${found[0]}")
done
# NB: at the end, because cargo reads packages of one repository together.
for manifest in "${manifests[@]}"; do
  stateWorkspace "$manifest"
done
