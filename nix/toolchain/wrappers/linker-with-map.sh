# Links ELF with $MAPPED_LINKER and writes the linker's map to the file $LINK_MAP.
exec "$MAPPED_LINKER" "$@" -Wl,--print-map >"$LINK_MAP"
