# Compiles C for, and links, the platform that ZIG_TARGET names; cargo-zigbuild turns rustc's arguments into zig's.
exec @zig@/bin/cargo-zigbuild zig cc -- -fno-sanitize=all -target "$ZIG_TARGET" "$@"
