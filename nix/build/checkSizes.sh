# Fails if an executable in $out/bin has more bytes than $sizeBudget, which the workspace states in $sizeArgument.
status=0
for executable in "$out/bin/"*; do
  size=$(stat -c %s "$executable")
  if [ "$size" -gt "$sizeBudget" ]; then
    echo "check-sizes: $(basename "$executable") has $size bytes, more than the $sizeBudget of $sizeArgument" >&2
    status=1
  fi
done
[ "$status" = 0 ] || exit 1
