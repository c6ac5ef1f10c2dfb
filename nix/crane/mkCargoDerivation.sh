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

source "$cargoSetup"

eval "$buildPhaseCargoCommand"
eval "$installPhase"
if [ -n "$doInstallCargoArtifacts" ]; then
  mkdir -p "$out"
  mv target "$out/target"
fi
