# Links WebAssembly. For this format, rustc calls the linker directly instead of a C compiler. So this wrapper adds what
# zig cc would add (start file, libc, compiler runtime), from the cache in which zig compiled it.
zig=@zig@/bin/zig
# NB: a separate cache, in which no other call has compiled these files with other flags.
export ZIG_GLOBAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR/wasm-ld ZIG_LOCAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR/wasm-ld
main=$(mktemp -d)/main
echo 'int main(void) { return 0; }' >"$main.c"
$zig cc -target "$ZIG_TARGET" -O2 -fno-sanitize=all -o "$main.wasm" "$main.c"

# zig keeps two copies of the start file with the same bytes: one as compiled, one as linked.
made() { find "$ZIG_GLOBAL_CACHE_DIR/o" -name "$1" | head -n 1; }

arguments=()
for argument; do
  case $argument in
    # NB: rustc passes the flavor first, for linkers that have several.
    -flavor | wasm) ;;
    # NB: an undefined symbol must fail here, not become an import that no host provides.
    --allow-undefined) ;;
    *) arguments+=("$argument") ;;
  esac
done
exec $zig wasm-ld "$(made crt1-command.o)" "${arguments[@]}" -L "$(dirname "$(made libc.a)")" \
  "$(made libzigc.a)" "$(made libcompiler_rt.a)"
