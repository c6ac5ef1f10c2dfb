# Makes a cargo directory source of a git repository's tree: crates/<name>-<version> for each package that the lock file names.
#
# They are links into the whole tree, because a crate may read files of the repository beside its own.
source "$writeChecksums"
mkdir -p "$out/crates"
cp -r "$tree" "$out/tree"
chmod -R u+w "$out/tree"
export CARGO_HOME=$PWD/cargo
s='[[:space:]]'
aWorkspace="^$s*\[$s*\"?workspace\"?$s*[].]|^$s*workspace$s*\."

# Prints "name version" of a manifest as cargo reads it or, where cargo cannot because of other packages of the workspace, as its
# text has it. The version is then "?" if it is inherited.
describe() { # manifest
  if cargo read-manifest --offline --manifest-path "$1" >description 2>error; then
    sed -n 's/^{"name":"\([^"]*\)","version":"\([^"]*\)".*/\1 \2/p' description
  else
    awk '
      /^[[:space:]]*\[/ { inside = /^[[:space:]]*\[[[:space:]]*"?package"?[[:space:]]*\]/ }
      { line = $0 }
      # NB: keys with dots stand before every table.
      sub(/^package *[.] */, "", line) { inside = 1 }
      inside && match(line, /^[[:space:]]*(name|version)[[:space:]]*=[[:space:]]*["'\''][^"'\'']*/) {
        value = substr(line, RSTART, RLENGTH); key = line ~ /^[[:space:]]*name/ ? "name" : "version"
        sub(/.*["'\'']/, "", value); stated[key] = value
      }
      END { print stated["name"], ("version" in stated ? stated["version"] : "?") }' "$1"
  fi
}

# NB: cargo cannot tell by a link which workspace a package inherits from, so the manifest says it.
stateWorkspace() { # manifest
  local manifest=$1 folder stated
  grep -Eq "workspace$s*=$s*true" "$manifest" || return 0
  ! grep -Eq "$aWorkspace" "$manifest" || return 0
  folder=$(dirname "$manifest")
  stated=$(sed -nE "/^$s*\[$s*\"?package\"?$s*\]/,/^$s*\[/s/^$s*workspace$s*=$s*[\"']([^\"']*).*/\1/p" "$manifest")
  if [ -n "$stated" ]; then
    folder=$(realpath "$folder/$stated")
  else
    until grep -Eqs "$aWorkspace" "$folder/Cargo.toml"; do
      # Perhaps it only looks so, as in a comment. If not, cargo says that it finds no workspace.
      [ "$folder" != "$out/tree" ] || return 0
      folder=$(dirname "$folder")
    done
  fi
  root=$folder awk '
    BEGIN { line = "workspace = \"" ENVIRON["root"] "\"" }
    NR == FNR { if (/^[[:space:]]*\[[[:space:]]*"?package"?[[:space:]]*\]/) found = 1; next }
    FNR == 1 && !found { print "package." line }
    /^[[:space:]]*\[/ { inside = /^[[:space:]]*\[[[:space:]]*"?package"?[[:space:]]*\]/; print; if (inside) print line; next }
    inside && /^[[:space:]]*workspace[[:space:]]*=/ { next }
    { print }' "$manifest" "$manifest" >changed
  cat changed >"$manifest"
}

manifests=()
for package in $packages; do
  name=${package%%=*}
  version=${package#*=}
  found='' depth=0
  # NB: like cargo, look neither into hidden folders nor into what was built.
  while IFS= read -r manifest; do
    described=$(describe "$manifest")
    case $described in "$name $version" | "$name ?") ;; *) continue ;; esac
    slashes=${manifest//[!\/]/}
    # The one nearest to the root, if there are copies of it.
    if [ -z "$found" ] || [ "${#slashes}" -lt "$depth" ]; then
      found=$manifest depth=${#slashes}
    else
      echo "gitCrates: $name $version is in '${manifest#"$out/tree/"}', too, and that is left out"
    fi
  done < <(cd "$out/tree" && find . \( -name '.?*' -o -name target \) -prune -o -name Cargo.toml -exec grep -El \
    "name[\"']?$s*=$s*[\"']$name[\"']" {} + | sort | sed "s|^\.|$out/tree|")
  if [ -z "$found" ]; then
    echo "gitCrates: no Cargo.toml of $url is that of $name $version, which Cargo.lock names; cargo says of the last one that was tried:" >&2
    cat error >&2 || true
    exit 1
  fi
  ln -s "$(dirname "$found")" "$out/crates/$name-$version"
  manifests+=("$found")
done
# NB: at the end, because cargo reads packages of one repository together.
for manifest in "${manifests[@]}"; do
  stateWorkspace "$manifest"
done
for manifest in "${manifests[@]}"; do
  writeChecksums "$(dirname "$manifest")" null
done
