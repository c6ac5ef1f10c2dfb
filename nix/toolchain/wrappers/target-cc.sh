# Compiles C for, and links, the platform that ZIG_TARGET names (its oldest processor: ZIG_CPU; flags for zig's LLVM, space
# apart: ZIG_LLVM_FLAGS); cargo-zigbuild turns rustc's arguments into zig's.
exec @zig@/bin/cargo-zigbuild zig cc -- -fno-sanitize=all -target "$ZIG_TARGET" ${ZIG_CPU:+"-mcpu=$ZIG_CPU"} \
  $ZIG_LLVM_FLAGS "$@"
