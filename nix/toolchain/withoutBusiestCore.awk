# Prints the cores that a process may use, except the busiest one, as a mask for taskset.
# Input: /proc/stat, /proc/stat again a little later, and /proc/<process>/status.
/^cpu[0-9]/ {
  core = substr($1, 4)
  idle[core] = $5 - idle[core]
}
/^Cpus_allowed_list:/ {
  count = split($2, ranges, ",")
  for (i = 1; i <= count; i++) {
    ends = split(ranges[i], range, "-")
    for (core = range[1] + 0; core <= range[ends] + 0; core++) allowed[core]
  }
}
END {
  for (core in allowed) {
    if (busiest == "" || idle[core] < idle[busiest]) busiest = core
    if (core + 0 > last) last = core + 0
  }
  delete allowed[busiest]
  for (digit = int(last / 4); digit >= 0; digit--) {
    value = 0
    for (bit = 3; bit >= 0; bit--) value = 2 * value + ((digit * 4 + bit) in allowed)
    mask = mask sprintf("%x", value)
  }
  print mask
}
