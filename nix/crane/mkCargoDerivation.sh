# Prepares source, crates and earlier artifacts in the current folder, makes the cargo call, installs.

# NB: copied without their times. In the store all files are as old as 1970, also those of the dummy source from which the
# dependencies were built: cargo would take the dummies' artifacts for those of the real source.
cp -r "$src/." .
chmod -R u+w .
if [ -n "$cargoArtifacts" ]; then
  # With their times, all equal there: so none of the dependencies looks newer than what was made from it.
  cp -a "$cargoArtifacts/target" target
  chmod -R u+w target
fi

source "$zigCache"

mkdir -p "$HOME/.cargo"
cat "$cargoVendorDir/config.toml" >"$HOME/.cargo/config.toml"
export CARGO_NET_OFFLINE=true
export REMAP_PATH_PREFIXES="$PWD=/source $cargoVendorDir/registry=/vendor"
# C code that the crates bring: the same remapping, and no clock macros; nor what debuggers read, which zig would write by
# itself, for a fifth of the time, and executables do not keep. NB: cc-rs appends these to its own flags.
export CFLAGS="-g0 -ffile-prefix-map=$PWD=/source -ffile-prefix-map=$cargoVendorDir/registry=/vendor -Wdate-time -Werror=date-time"
export CXXFLAGS=$CFLAGS

eval "$buildPhaseCargoCommand"
eval "$installPhase"
if [ -n "$doInstallCargoArtifacts" ]; then
  mkdir -p "$out"
  mv target "$out/target"
fi
