# Links ELF as $MAPPED_LINKER does, and writes to the file $LINK_MAP what lies where in it.
exec "$MAPPED_LINKER" "$@" -Wl,--print-map >"$LINK_MAP"
