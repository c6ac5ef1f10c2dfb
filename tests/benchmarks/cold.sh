# Sourced by the measurements of builds: a clone of this checkout in which nothing is built yet, and a stopwatch.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
git clone -q "$root" "$scratch/source"
cd "$scratch/source"
# Other user names are other derivations of everything that is compiled, so that the store holds none of it.
sed -i "s/\"\(second-\)\?builder\"/\"\1builder-$$\"/" nix/toolchain/conditions.nix
git -c user.name=benchmark -c user.email=benchmark@localhost commit -qam 'other users'

# Prints how many seconds pass until a command has ended, and the processor time in seconds of all that it starts (what Nix
# builds is among it only where Nix runs without a daemon); ends everything with 2, and the end of what it said, if it fails.
passed_and_worked() {
  local TIMEFORMAT='%1R %1U %1S'
  { time "$@" >"$scratch/log" 2>&1; } 2>"$scratch/time" || { tail -n 30 "$scratch/log" >&2; exit 2; }
  awk '{ print $1, $2 + $3 }' "$scratch/time"
}

# Prints how many seconds a command takes; fails as above.
seconds() {
  local took
  took=$(passed_and_worked "$@") || exit
  echo "${took% *}"
}
