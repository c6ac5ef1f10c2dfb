# Packs static libraries. zig's ar is deterministic: it writes no times, user ids or group ids.
exec @zig@/bin/zig ar "$@"
