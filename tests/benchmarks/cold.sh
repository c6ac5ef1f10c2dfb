# Sourced by the build benchmarks: makes a clone of this checkout whose outputs are not built yet, and defines a stopwatch.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
git clone -q "$root" "$scratch/source"
cd "$scratch/source"
# Other user names change the derivation of everything that is compiled, so that the store has none of it.
sed -i "s/\"\(second-\)\?builder\"/\"\1builder-$$\"/" nix/toolchain/conditions.nix
git -c user.name=benchmark -c user.email=benchmark@localhost commit -qam 'other users'

# Runs a command and prints its wall-clock time and its CPU time in seconds. The CPU time includes Nix's builds only if Nix
# runs without a daemon. If the command fails, prints the end of its output and exits with 2.
wall_and_cpu_seconds() {
  local TIMEFORMAT='%1R %1U %1S'
  { time "$@" >"$scratch/log" 2>&1; } 2>"$scratch/time" || { tail -n 30 "$scratch/log" >&2; exit 2; }
  awk '{ print $1, $2 + $3 }' "$scratch/time"
}

# Runs a command and prints its wall-clock time in seconds; fails as above.
wall_seconds() {
  local took
  took=$(wall_and_cpu_seconds "$@") || exit
  echo "${took% *}"
}
