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
link() { cargo build --release --offline --manifest-path empty/Cargo.toml --target "$triple"; }
link

# Every later build copies all of this. Half of it is zig's own library, parsed (z), which is parsed again where that is
# needed. NB: not the objects of which archives are made: of those zig remembers that they are there.
find "$ZIG_GLOBAL_CACHE_DIR" -depth -type d \( -name tmp -o -name z \) -exec rm -r {} +
mkdir -p "$out"
cp -r "$ZIG_GLOBAL_CACHE_DIR/." "$out/"

touch kept
rm -r empty/target
link
made=$(find "$ZIG_GLOBAL_CACHE_DIR" -newer kept \( -name '*.a' -o -name '*.lib' \))
if [ -n "$made" ]; then
  echo "libc: what was kept does not suffice, zig made anew: $made" >&2
  exit 1
fi
