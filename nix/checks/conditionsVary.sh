# Runs the program of both builds and compares what each saw, one condition a line.
"$original/bin/conditions" >original
"$rebuilt/bin/conditions" >rebuilt

value() { sed -n "s/^$1=//p" "$2"; }

status=0
for condition in $expected; do
  before=$(value "$condition" original)
  after=$(value "$condition" rebuilt)
  if [ -z "$before" ] || [ -z "$after" ]; then
    echo "conditions-vary: the fixture does not embed '$condition'; add it to tests/fixtures/conditions" >&2
    status=1
  elif [ "$before" = "$after" ]; then
    echo "conditions-vary: both builds saw '$before' as $condition (one core cannot be varied; the rest must be)" >&2
    status=1
  else
    echo "$condition: $before -> $after"
  fi
done
# The clock, besides differing, has to be off by what conditions.nix says and not just by the time between the builds.
if [ $(($(value clock rebuilt) - $(value clock original))) -lt 390 ]; then
  echo "conditions-vary: the rebuild's clock is not ahead by the days that nix/toolchain/conditions.nix says" >&2
  status=1
fi
[ "$status" -eq 0 ] && cp original "$out"
