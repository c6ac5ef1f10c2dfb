# A setup hook for builds by crane itself. It does what ../toolchain/cargoSetup.sh does for nix/crane, in which cargo's
# configuration and the vendored crates are elsewhere.
samebitsCargoSetup() {
  # NB: nixpkgs sets HOME to a folder that does not exist.
  [ -d "$HOME" ] || export HOME=$TMPDIR
  source @zigCache@

  local registry
  export CARGO_NET_OFFLINE=true
  export REMAP_PATH_PREFIXES="$PWD=/source" CFLAGS="-g0 -ffile-prefix-map=$PWD=/source -Wdate-time -Werror=date-time"
  # NB: crane puts the crates of each registry and of each git repository into a folder of its own.
  for registry in "$cargoVendorDir"/*/; do
    REMAP_PATH_PREFIXES+=" ${registry%/}=/vendor"
    CFLAGS+=" -ffile-prefix-map=${registry%/}=/vendor"
  done
  export CXXFLAGS=$CFLAGS
}

preConfigureHooks+=(samebitsCargoSetup)
