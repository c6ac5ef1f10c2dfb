# After patching, before all else: the variables that every cargo call needs.
configureCargoCommonVars() {
  local cflags=${CFLAGS-} cxxflags=${CXXFLAGS-}
  source "$cargoSetup"
  export CFLAGS=$CFLAGS${cflags:+ $cflags} CXXFLAGS=$CXXFLAGS${cxxflags:+ $cxxflags}
  export CARGO_BUILD_INCREMENTAL=${CARGO_BUILD_INCREMENTAL-false} RUST_TEST_THREADS=${RUST_TEST_THREADS:-$NIX_BUILD_CORES}
  CARGO_PROFILE=${CARGO_PROFILE-release}
}
postPatchHooks+=(configureCargoCommonVars)
