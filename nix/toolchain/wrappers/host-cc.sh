# Links what runs during the build (build scripts, proc macros) against the compiler's own libc and loader.
exec @zig@/bin/zig cc -target x86_64-linux-gnu.2.36 \
  -Wl,--dynamic-linker=@rust@/lib/ld-linux-x86-64.so.2 -Wl,-rpath,@rust@/lib "$@"
