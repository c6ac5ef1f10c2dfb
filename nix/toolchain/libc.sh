# Links an empty program for $triple with cargo and keeps what zig compiled for it.
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
link() { cargo build --release --offline --manifest-path empty/Cargo.toml --target "$triple"; }
link

# Every later build copies the whole cache, so drop the parsed zig library (z), which is half of it and can be parsed again.
# NB: keep the .o files too: zig's cache manifests refer to them.
find "$ZIG_GLOBAL_CACHE_DIR" -depth -type d \( -name tmp -o -name z \) -exec rm -r {} +
mkdir -p "$out"
cp -r "$ZIG_GLOBAL_CACHE_DIR/." "$out/"

touch kept
rm -r empty/target
link
made=$(find "$ZIG_GLOBAL_CACHE_DIR" -newer kept \( -name '*.a' -o -name '*.lib' \))
if [ -n "$made" ]; then
  echo "libc: the kept cache is incomplete, zig compiled again: $made" >&2
  exit 1
fi
