# Compiles library/sysroot for $CARGO_BUILD_TARGET and lays out the result as a sysroot.
cp -r "$rust/lib/rustlib/src/rust/library" library
chmod -R u+w library
if ! cmp -s library/Cargo.lock "$lockFile"; then
  echo "std: nix/toolchain/std-Cargo.lock is not the lock file of the pinned compiler; run: make update-archives" >&2
  exit 1
fi
# NB: the manifest also asks for a shared library, which can be linked only for targets with a complete linker set-up.
sed -i 's/crate-type = \["dylib", "rlib"\]/crate-type = ["rlib"]/' library/std/Cargo.toml

source "$zigCache"
mkdir -p "$HOME/.cargo"
cp "$vendor/config.toml" "$HOME/.cargo/config.toml"
export REMAP_PATH_PREFIXES="$PWD=/rustc/$rustVersion $vendor=/rustc/$rustVersion/vendor"
# NB: without `test` and `proc_macro`. Cross-compiled programs do not need them, and they take a third of the time.
cargo build --release --offline --locked --manifest-path library/sysroot/Cargo.toml \
  --package std --package panic_abort --package panic_unwind \
  --target "$CARGO_BUILD_TARGET" --features panic-unwind --target-dir target

sysroot=$out/lib/rustlib/$CARGO_BUILD_TARGET/lib
mkdir -p "$sysroot"
cp "target/$CARGO_BUILD_TARGET/release/deps/"*.rlib "$sysroot/"
