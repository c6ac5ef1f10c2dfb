# Links WebAssembly: rustc calls a linker of that format by its own arguments, not a C compiler, so what zig cc would add
# (start file, libc, what the compiler calls) is added here, out of the cache in which zig has made them.
zig=@zig@/bin/zig
# NB: a cache of its own, in which no other call has made them in another way.
export ZIG_GLOBAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR/wasm-ld ZIG_LOCAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR/wasm-ld
main=$(mktemp -d)/main
echo 'int main(void) { return 0; }' >"$main.c"
$zig cc -target "$ZIG_TARGET" -O2 -fno-sanitize=all -o "$main.wasm" "$main.c"

# zig keeps the start file twice, with the same bytes: as it was compiled, and as it is linked.
made() { find "$ZIG_GLOBAL_CACHE_DIR/o" -name "$1" | head -n 1; }

arguments=()
for argument; do
  case $argument in
    # NB: rustc names the flavor first, for a linker of many.
    -flavor | wasm) ;;
    # NB: what is not defined anywhere is to fail here, not to become an import that no host has.
    --allow-undefined) ;;
    *) arguments+=("$argument") ;;
  esac
done
exec $zig wasm-ld "$(made crt1-command.o)" "${arguments[@]}" -L "$(dirname "$(made libc.a)")" \
  "$(made libzigc.a)" "$(made libcompiler_rt.a)"
