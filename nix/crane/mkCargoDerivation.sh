# Copies source, crates and earlier artifacts to the current folder, calls cargo, installs the result.

# NB: copy without modification times. All files in the store date from 1970, including the dummy source that the
# dependencies were built from, so cargo would mistake the dummies' artifacts for those of the real source.
cp -r "$src/." .
chmod -R u+w .
if [ -n "$cargoArtifacts" ]; then
  # With modification times, which are all equal in the store: no dependency may look newer than its artifacts.
  cp -a "$cargoArtifacts/target" target
  chmod -R u+w target
fi

source "$cargoSetup"

eval "$buildPhaseCargoCommand"
eval "$installPhase"
if [ -n "$doInstallCargoArtifacts" ]; then
  mkdir -p "$out"
  mv target "$out/target"
fi
