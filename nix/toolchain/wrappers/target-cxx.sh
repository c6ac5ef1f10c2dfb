# Compiles C++ for the target that ZIG_TARGET, ZIG_CPU and ZIG_LLVM_FLAGS describe.
exec @zig@/bin/cargo-zigbuild zig c++ -- -fno-sanitize=all -target "$ZIG_TARGET" ${ZIG_CPU:+"-mcpu=$ZIG_CPU"} \
  $ZIG_LLVM_FLAGS "$@"
