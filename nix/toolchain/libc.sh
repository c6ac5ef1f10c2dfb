# Links an empty program for $triple the way cargo does, and keeps what zig made for it.
source "$zigCache"
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
# Only what is linked: every later build copies all of this. What was read on the way there zig does not ask for again: its
# own library, parsed (z), and the objects that the archives are made of, thousands of files.
cd "$ZIG_GLOBAL_CACHE_DIR"
find . -depth -type d \( -name tmp -o -name z \) -exec rm -r {} +
find . -name '*.o' ! -name '*crt*.o' -exec rm {} +
find . -depth -type d -empty -exec rmdir {} +
mkdir -p "$out"
cp -r . "$out/"
