# Packs static libraries, without times and ids (zig's ar is deterministic).
exec @zig@/bin/zig ar "$@"
