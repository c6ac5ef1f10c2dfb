# Compiles C++ for the platform that ZIG_TARGET names.
exec @zig@/bin/cargo-zigbuild zig c++ -- -fno-sanitize=all -target "$ZIG_TARGET" "$@"
