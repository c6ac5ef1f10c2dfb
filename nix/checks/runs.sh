# Runs each executable for at most a minute and keeps what they print.
mapfile -t arguments <<<"$arguments"
for bin in $bins; do
  echo "$bin ${arguments[*]}:"
  timeout 60 "$package/bin/$bin" "${arguments[@]}" </dev/null || {
    status=$?
    echo "runs: '$bin ${arguments[*]}' ended with $status; it should end with 0 (143: it ran for more than a minute)" >&2
    exit 1
  }
done | tee "$out"
