# Runs the program of both builds and compares the conditions that each build saw, one per line.
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
# The clock must differ by what conditions.nix says, not merely by the time between the two builds.
if [ $(($(value clock rebuilt) - $(value clock original))) -lt 390 ]; then
  echo "conditions-vary: the rebuild's clock is not ahead by the days that nix/toolchain/conditions.nix states" >&2
  status=1
fi
[ "$status" -eq 0 ] && cp original "$out"
