# Puts a build under the conditions of conditions.nix, then runs $conditionedScript.
# NB: Nix gives builders a pseudo-terminal, on which some tools would draw progress into the log.
export TERM=dumb
export TZ=$conditionTimeZone
export USER=$conditionUser LOGNAME=$conditionUser HOME=$conditionHome
export HOSTNAME=$conditionHostName
export SAMEBITS_HOST_NAME=$conditionHostName SAMEBITS_DIRECTORY_ORDER=$conditionDirectoryOrder

cores=$(nproc)
[ "$NIX_BUILD_CORES" -gt 0 ] || NIX_BUILD_CORES=$cores
case $conditionJobs in
  cores) export CARGO_BUILD_JOBS=$NIX_BUILD_CORES ;;
  cores+1) export CARGO_BUILD_JOBS=$((NIX_BUILD_CORES + 1)) ;;
  *) echo "conditions: unknown jobs '$conditionJobs'" >&2; exit 1 ;;
esac
case $conditionCores in
  all) ;;
  all-1)
    # Which one is left out is of no consequence but for time: builds side by side are not all to crowd the same ones.
    # A machine with one core keeps it, and tests/fixtures/conditions says so.
    if [ "$cores" -gt 1 ]; then
      taskset -p "$({ cat /proc/stat; sleep 0.1; cat /proc/stat /proc/self/status; } | awk -f "$withoutBusiestCore")" $$ >/dev/null
    fi
    ;;
  *) echo "conditions: unknown cores '$conditionCores'" >&2; exit 1 ;;
esac

# NB: not LC_ALL: no locale data is in the sandbox, and bash warns of each LC_ALL that it cannot load.
export LANG=$conditionLocale LANGUAGE=${conditionLocale%%[._]*}

for assignment in $conditionEnvironment; do export "${assignment?}"; done

preload=$conditionsLibrary/lib/conditions.so
if [ "$conditionClock" != now ]; then
  # NB: files keep their real times and waits their real length, or cargo would wait for, or mistrust, its own output.
  export FAKETIME=$conditionClock NO_FAKE_STAT=1 FAKETIME_DONT_FAKE_MONOTONIC=1
  preload=$conditionsLibrary/lib/libfaketimeMT.so.1:$preload
fi
export LD_PRELOAD=$preload

# NB: not the commit's time, which would make everything new at each commit (wrappers/rustc-at-commit.sh has it).
export SOURCE_DATE_EPOCH=1

umask "$conditionUmask"
# NB: linkers leave the names of temporary files in what they write, so these have to be below a varied folder too.
export TMPDIR=$HOME/tmp
mkdir -p "$TMPDIR" "$conditionBuildDirectory"
cd "$conditionBuildDirectory"
source "$conditionedScript"
