# Sourced where cargo is to be called, in the folder of the workspace: the vendored crates, caches that can be written to, and
# what keeps the results the same wherever and whenever they are built.
source "$zigCache"

mkdir -p "$HOME/.cargo"
cat "$cargoVendorDir/config.toml" >"$HOME/.cargo/config.toml"
export CARGO_NET_OFFLINE=true
# Read by wrappers/rustc.sh.
export REMAP_PATH_PREFIXES="$PWD=/source $cargoVendorDir/registry=/vendor"
# C code that the crates bring: the same remapping, and no clock macros. -g0: zig emits debug info by default, which costs a
# fifth of the build time and is stripped anyway. NB: cc-rs appends these to its own flags.
export CFLAGS="-g0 -ffile-prefix-map=$PWD=/source -ffile-prefix-map=$cargoVendorDir/registry=/vendor -Wdate-time -Werror=date-time"
export CXXFLAGS=$CFLAGS
