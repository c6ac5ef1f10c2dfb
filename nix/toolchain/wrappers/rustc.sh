# rustc with what must not stand in RUSTFLAGS: cargo hashes those into every symbol's name, so a path there that differs
# between two builds would make all their symbols differ.
#
# TARGET_SYSROOT is where the standard library of CARGO_BUILD_TARGET is, TARGET_LINKER what links for it;
# REMAP_PATH_PREFIXES holds from=to, space apart.
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
  # NB: the linker here and not in cargo's variable for the triple: a platform may have the triple of the build machine,
  # whose build scripts are linked otherwise, and for those cargo names no target.
  extra+=(--sysroot "$TARGET_SYSROOT" "-Clinker=$TARGET_LINKER")
fi
# The one crate of the standard library that only links into programs with panic = "abort" if it is compiled so itself.
if [ "$crate" = panic_abort ]; then extra+=(-Cpanic=abort); fi

exec @rust@/bin/rustc "$@" "${extra[@]}"
