# After installing: keeps cargo's target folder as $out/target, for later builds to start from.
prepareAndInstallCargoArtifactsDir() {
  local folder=${1:-$out} target=${2:-${CARGO_TARGET_DIR:-target}}
  mkdir -p "$folder"
  if [ -d "$target" ]; then mv "$target" "$folder/target"; else echo "crane: there is no '$target' to keep"; fi
}
[ -z "$doInstallCargoArtifacts" ] || postInstallHooks+=(prepareAndInstallCargoArtifactsDir)
