# Runs each executable for at most a minute and keeps what they print.
# NB: what is preloaded into the programs of a build is not for this one, and an emulator would pass it on.
unset LD_PRELOAD
mapfile -t runner < <(printf %s "$runner")
mapfile -t arguments < <(printf %s "$arguments")

fail() {
  echo "runs: '$bin ${arguments[*]}' $1" >&2
  exit 1
}

for bin in $bins; do
  echo "$bin ${arguments[*]}:" | tee -a "$out"
  status=0
  timeout 60 "${runner[@]}" "$package/bin/$bin$suffix" "${arguments[@]}" </dev/null >printed || status=$?
  tee -a "$out" <printed
  [ "$status" = 0 ] || fail "ended with $status; it should end with 0 (143: it ran for more than a minute)"
  # NB: the dot keeps newlines at the end.
  text=$(cat printed && echo .)
  [[ ${text%.} == *"$prints"* ]] || fail "should print '$prints', as smokeTest.prints states"
done
