# Sourced before zig links or compiles C. Gives zig a writable cache with everything that libc.sh made for the build machine
# and for the platform. zig compiles again what is missing there.
export ZIG_GLOBAL_CACHE_DIR=$HOME/.cache/zig ZIG_LOCAL_CACHE_DIR=$HOME/.cache/zig
mkdir -p "$ZIG_GLOBAL_CACHE_DIR"
for cache in ${HOST_ZIG_CACHE-} ${TARGET_ZIG_CACHE-}; do
  cp -r "$cache/." "$ZIG_GLOBAL_CACHE_DIR/"
  chmod -R u+w "$ZIG_GLOBAL_CACHE_DIR"
done
