# Compiles C and links for the target ZIG_TARGET, with ZIG_CPU as its oldest processor and the space-separated ZIG_LLVM_FLAGS
# for zig's LLVM. cargo-zigbuild translates rustc's linker arguments for zig.
exec @zig@/bin/cargo-zigbuild zig cc -- -fno-sanitize=all -target "$ZIG_TARGET" ${ZIG_CPU:+"-mcpu=$ZIG_CPU"} \
  $ZIG_LLVM_FLAGS "$@"
