# Sourced where zig is to link or compile C: gives it a cache that it can write to, with all that libc.sh has made for the
# machine that builds and for the platform. What is missing there zig makes anew.
export ZIG_GLOBAL_CACHE_DIR=$HOME/.cache/zig ZIG_LOCAL_CACHE_DIR=$HOME/.cache/zig
mkdir -p "$ZIG_GLOBAL_CACHE_DIR"
for cache in ${HOST_ZIG_CACHE-} ${TARGET_ZIG_CACHE-}; do
  cp -r "$cache/." "$ZIG_GLOBAL_CACHE_DIR/"
  chmod -R u+w "$ZIG_GLOBAL_CACHE_DIR"
done
