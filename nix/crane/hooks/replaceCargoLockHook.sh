# Before patching: puts cargoLock in place of the source's lock file.
replaceCargoLock() {
  cp "${1:-$cargoLock}" Cargo.lock
  chmod u+w Cargo.lock
}
[ -z "$cargoLock" ] || [ -n "$doNotReplaceCargoLock" ] || prePatchHooks+=(replaceCargoLock)
