# Sourced in the workspace's folder before cargo is called. Sets up writable caches, and the flags that
# keep results independent of build path and time.
source "$zigCache"

export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
mkdir -p "$CARGO_HOME"
export CARGO_NET_OFFLINE=true
prefixes=("$PWD=/source" "$cargoVendorDir/registry=/vendor")
for folder in registries git; do prefixes+=("$cargoVendorDir/$folder=/$folder"); done
# Read by wrappers/rustc.sh.
export REMAP_PATH_PREFIXES=${prefixes[*]}
# For the C code in crates: the same remapping, and no clock macros. -g0: zig emits debug info by default, which costs a fifth
# of the build time and is stripped anyway. NB: cc-rs appends these flags to its own.
export CFLAGS="-g0 ${prefixes[*]/#/-ffile-prefix-map=} -Wdate-time -Werror=date-time"
export CXXFLAGS=$CFLAGS
