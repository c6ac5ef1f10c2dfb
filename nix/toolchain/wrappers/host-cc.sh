# Compiles C for, and links, what runs during the build (build scripts, proc macros) against the compiler's own libc and
# loader.
arguments=()
for argument; do
  case $argument in
    # NB: cc-rs names the target as Rust does, which zig does not understand.
    --target=*) ;;
    *) arguments+=("$argument") ;;
  esac
done
# NB: zig instruments C code that is not optimised, and rustc links no runtime for that.
exec @zig@/bin/zig cc -fno-sanitize=all -target x86_64-linux-gnu.2.36 \
  -Wl,--dynamic-linker=@rust@/lib/ld-linux-x86-64.so.2 -Wl,-rpath,@rust@/lib "${arguments[@]}"
