# Sourced before zig links or compiles C. Gives zig a writable cache with everything that libc.sh made for the build machine
# and for the platform. zig compiles again what is missing there.
zigCacheFolder=$HOME/.cache/zig
# NB: it has thousands of small files, and copying them to a disk takes longer than a link. Only Nix's sandbox has a /dev/shm that
# ends with the build.
if [ "${NIX_BUILD_TOP-}" = /build ] && [ -w /dev/shm ]; then zigCacheFolder=/dev/shm$zigCacheFolder; fi
export ZIG_GLOBAL_CACHE_DIR=$zigCacheFolder ZIG_LOCAL_CACHE_DIR=$zigCacheFolder
mkdir -p "$ZIG_GLOBAL_CACHE_DIR"
for cache in ${HOST_ZIG_CACHE-} ${TARGET_ZIG_CACHE-}; do
  cp -r "$cache/." "$ZIG_GLOBAL_CACHE_DIR/"
  chmod -R u+w "$ZIG_GLOBAL_CACHE_DIR"
done
