# Links ELF with $MAPPED_LINKER and adds the linker's map to the file $LINK_MAP. Then links the same objects again, with their
# symbols, into the file $SYMBOLS/<executable>.debug. NB: both links differ in -s alone. Without it in the first, zig would compile
# its libc with debug info, which changes some of the code.
log=$(mktemp)
if ! ZIG_VERBOSE_LINK=1 "$MAPPED_LINKER" "$@" -Wl,--print-map >>"$LINK_MAP" 2>"$log"; then
  cat "$log" >&2
  exit 1
fi
arguments=() previous=''
for argument in $(sed -n 's/^ld\.lld //p' "$log"); do
  if [ "$previous" = -o ]; then
    argument=$SYMBOLS/$(basename "$argument").debug
  fi
  previous=$argument
  if [ "$argument" != -s ]; then arguments+=("$argument"); fi
done
exec @zig@/bin/zig ld.lld "${arguments[@]}" >/dev/null
