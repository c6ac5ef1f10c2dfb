# Compiles C++ for the platform that ZIG_TARGET and ZIG_CPU name.
exec @zig@/bin/cargo-zigbuild zig c++ -- -fno-sanitize=all -target "$ZIG_TARGET" ${ZIG_CPU:+"-mcpu=$ZIG_CPU"} "$@"
