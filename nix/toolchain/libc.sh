# Links an empty program for $triple the way cargo does, and keeps what zig made for it.
export ZIG_GLOBAL_CACHE_DIR=$HOME/.cache/zig ZIG_LOCAL_CACHE_DIR=$HOME/.cache/zig
mkdir -p empty/src
cat >empty/Cargo.toml <<MANIFEST
[package]
name = "empty"
version = "0.0.0"
edition = "2024"

[profile.release]
panic = "abort"
MANIFEST
echo 'fn main() {}' >empty/src/main.rs
export REMAP_PATH_PREFIXES="$PWD=/source"
cargo build --release --offline --manifest-path empty/Cargo.toml --target "$triple"
rm -rf "$HOME/.cache/zig/tmp"
mkdir -p "$out"
cp -r "$HOME/.cache/zig/." "$out/"
