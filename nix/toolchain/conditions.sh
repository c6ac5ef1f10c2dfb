# Applies the conditions of conditions.nix, then runs $conditionedScript.
# NB: Nix gives builders a pseudo-terminal, so some tools would draw progress bars into the log.
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
    # Leave out the busiest core, so that parallel builds do not crowd the same ones. The choice affects build time only.
    # A machine with one core keeps it, and the conditions-vary check reports that.
    if [ "$cores" -gt 1 ]; then
      taskset -p "$({ cat /proc/stat; sleep 0.1; cat /proc/stat /proc/self/status; } | awk -f "$withoutBusiestCore")" $$ >/dev/null
    fi
    ;;
  *) echo "conditions: unknown cores '$conditionCores'" >&2; exit 1 ;;
esac

# NB: not LC_ALL: the sandbox has no locale data, and bash warns about an LC_ALL that it cannot load.
export LANG=$conditionLocale LANGUAGE=${conditionLocale%%[._]*}

for assignment in $conditionEnvironment; do export "${assignment?}"; done

preload=$conditionsLibrary/lib/conditions.so
if [ "$conditionClock" != now ]; then
  # NB: file times and the monotonic clock stay real, or cargo would wait for its own output or consider it stale.
  export FAKETIME=$conditionClock NO_FAKE_STAT=1 FAKETIME_DONT_FAKE_MONOTONIC=1
  preload=$conditionsLibrary/lib/libfaketimeMT.so.1:$preload
fi
export LD_PRELOAD=$preload

# NB: a constant, because the commit's time would compile everything again at each commit. Linking sets that (build/link.sh).
export SOURCE_DATE_EPOCH=1

umask "$conditionUmask"
# NB: linkers may write the names of temporary files into their output, so TMPDIR must be below a varied folder, too.
export TMPDIR=$HOME/tmp
mkdir -p "$TMPDIR" "$conditionBuildDirectory"
cd "$conditionBuildDirectory"
source "$conditionedScript"
