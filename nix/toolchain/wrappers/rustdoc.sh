# rustdoc, which links doc tests: cargo passes neither its linker nor what wrappers/rustc.sh adds on to it.
linker=$CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER target='' previous=''
for argument; do
  [ "$previous" != --target ] || target=$argument
  previous=$argument
done
extra=()
if [ -n "${TARGET_SYSROOT-}" ] && [ "$target" = "$CARGO_BUILD_TARGET" ]; then
  extra+=(--sysroot "$TARGET_SYSROOT") linker=$TARGET_LINKER
fi
exec @rust@/bin/rustdoc "$@" "${extra[@]}" "-Clinker=$linker"
