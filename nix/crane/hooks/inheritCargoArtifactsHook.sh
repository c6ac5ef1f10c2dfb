# After patching: starts from the target folder in cargoArtifacts.
inheritCargoArtifacts() {
  local artifacts=${1:-$cargoArtifacts} target=${2:-${CARGO_TARGET_DIR:-target}}
  [ ! -d "$artifacts/target" ] || artifacts=$artifacts/target
  if [ ! -d "$artifacts" ] || [ -e "$artifacts/target.tar.zst" ]; then
    echo "crane: cargoArtifacts is '$artifacts', and it should be a folder that buildDepsOnly of this crane has made" >&2
    return 1
  fi
  mkdir -p "$target"
  cp -rd "$artifacts/." "$target"
  chmod -R u+w "$target"
  # With the modification times of the store, which are all equal: no dependency may look newer than its artifacts. NB: not by
  # cp -a, which would also restore the owner, and the owner of the store does not exist where builds run.
  find "$target" -exec touch -h -d @1 {} +
}
[ -z "$cargoArtifacts" ] || postPatchHooks+=(inheritCargoArtifacts)
