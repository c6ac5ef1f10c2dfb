# Links ELF as $STRIPPING_LINKER does, but leaves the symbols in: what is loaded stays the same to the byte.
arguments=()
for argument; do
  [ "$argument" = -Wl,--strip-all ] || arguments+=("$argument")
done
exec "$STRIPPING_LINKER" "${arguments[@]}"
