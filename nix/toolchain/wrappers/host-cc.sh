# Compiles and links C for programs that run during the build (build scripts, proc macros). They use the libc and loader of
# the pinned compiler.
arguments=()
for argument; do
  case $argument in
    # NB: cc-rs passes Rust's target triple, which zig does not understand.
    --target=*) ;;
    *) arguments+=("$argument") ;;
  esac
done
# NB: zig instruments unoptimised C code with sanitizers, whose runtime rustc does not link.
exec @zig@/bin/zig cc -fno-sanitize=all -target x86_64-linux-gnu.2.36 \
  -Wl,--dynamic-linker=@rust@/lib/ld-linux-x86-64.so.2 -Wl,-rpath,@rust@/lib "${arguments[@]}"
