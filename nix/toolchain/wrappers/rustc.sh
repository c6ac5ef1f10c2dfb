# rustc with the flags that must not be in RUSTFLAGS. cargo hashes RUSTFLAGS into every symbol name, so a path that differs
# between two builds would make all symbols differ.
#
# TARGET_SYSROOT holds the standard library for CARGO_BUILD_TARGET, TARGET_LINKER links for that target, and
# REMAP_PATH_PREFIXES holds from=to pairs, separated by spaces. With KEPT_LINKS, executables are left to KEEPING_LINKER.
extra=()
for prefix in $REMAP_PATH_PREFIXES; do extra+=("--remap-path-prefix=$prefix"); done

target='' crate='' previous=''
for argument; do
  case $previous in
    --target) target=$argument ;;
    --crate-name) crate=$argument ;;
  esac
  previous=$argument
done
if [ -n "${TARGET_SYSROOT-}" ] && [ "$target" = "$CARGO_BUILD_TARGET" ]; then
  # NB: cargo's linker variable for the triple would not do: a platform may have the build machine's triple, whose build
  # scripts need another linker. cargo passes no --target for build scripts, which tells them apart.
  extra+=(--sysroot "$TARGET_SYSROOT" "-Clinker=$TARGET_LINKER")
fi
# cargo names the executable that it calls rustc for, build scripts apart.
if [ -n "${KEPT_LINKS-}" ] && [ -n "${CARGO_BIN_NAME-}" ]; then extra+=("-Clinker=$KEEPING_LINKER"); fi
# panic_abort links into programs with panic = "abort" only if it is compiled with that setting itself.
if [ "$crate" = panic_abort ]; then extra+=(-Cpanic=abort); fi

exec @rust@/bin/rustc "$@" "${extra[@]}"
