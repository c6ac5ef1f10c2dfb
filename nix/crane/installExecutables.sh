# Installs the executables that cargo put at the top of the profile's folder: those of the packages that it was asked for.
mkdir -p "$out/bin"
find "target/${CARGO_BUILD_TARGET-}/$profileFolder" -maxdepth 1 -type f -perm -u+x ! -name '*.so' ! -name '*.dylib' ! -name '*.dll' \
  -exec cp {} "$out/bin/" \;
if [ -z "$(ls "$out/bin")" ]; then
  echo "buildPackage: cargo built no executable in target/${CARGO_BUILD_TARGET-}/$profileFolder" >&2
  exit 1
fi
