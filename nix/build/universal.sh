# Joins the executables of the same name from all slices into one file of that name.
read -ra slices <<<"$slices"
mkdir -p "$out/bin"
for first in "${slices[0]}"/bin/*; do
  name=$(basename "$first")
  "$llvm/bin/llvm-lipo" -create "${slices[@]/%//bin/$name}" -output "$out/bin/$name"
  # NB: lipo silently merges two slices for the same processor, so count the architectures that it wrote.
  read -ra architectures <<<"$("$llvm/bin/llvm-lipo" -archs "$out/bin/$name")"
  if [ "${#architectures[@]}" != "${#slices[@]}" ]; then
    echo "universal: $name holds '${architectures[*]}', expected one of each of ${#slices[@]} platforms" >&2
    exit 1
  fi
done
[ -z "${checkSizes-}" ] || source "$checkSizes"
