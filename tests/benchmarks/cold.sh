# Sourced by the measurements of builds: a clone of this checkout in which nothing is built yet, and a stopwatch.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
git clone -q "$root" "$scratch/source"
cd "$scratch/source"
# Other user names are other derivations of everything that is compiled, so that the store holds none of it.
sed -i "s/\"\(second-\)\?builder\"/\"\1builder-$$\"/" nix/toolchain/conditions.nix
git -c user.name=benchmark -c user.email=benchmark@localhost commit -qam 'other users'

# Prints how long a command takes, in seconds; ends everything with 2, and the end of what it said, if it fails.
seconds() {
  local start end
  start=$(date +%s.%N)
  "$@" >"$scratch/log" 2>&1 || { tail -n 30 "$scratch/log" >&2; exit 2; }
  end=$(date +%s.%N)
  awk "BEGIN { printf \"%.1f\", $end - $start }"
}
