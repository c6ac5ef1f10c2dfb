# After patching: starts from the target folder in cargoArtifacts.
inheritCargoArtifacts() {
  local artifacts=${1:-$cargoArtifacts} target=${2:-${CARGO_TARGET_DIR:-target}}
  [ ! -d "$artifacts/target" ] || artifacts=$artifacts/target
  if [ ! -d "$artifacts" ] || [ -e "$artifacts/target.tar.zst" ]; then
    echo "crane: cargoArtifacts is '$artifacts', and it should be a folder that buildDepsOnly of this crane has made" >&2
    return 1
  fi
  mkdir -p "$target"
  # With modification times, which are all equal in the store: no dependency may look newer than its artifacts.
  cp -a "$artifacts/." "$target"
  chmod -R u+w "$target"
}
[ -z "$cargoArtifacts" ] || postPatchHooks+=(inheritCargoArtifacts)
