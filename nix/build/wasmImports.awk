# Prints the module of each import of a WebAssembly file, one per line. Reads the import section as od prints it: unsigned
# bytes in decimal. Exits with 1 at an import that is not a function: only imported functions stand for a library.
{ for (field = 1; field <= NF; field++) bytes[count++] = $field }

# Reads an unsigned LEB128 number.
function number(    value, unit, byte) {
  unit = 1
  do { byte = bytes[at++]; value += byte % 128 * unit; unit *= 128 } while (byte >= 128)
  return value
}

# Reads a string, which its length precedes.
function text(    left, value) {
  left = number()
  while (left-- > 0) value = value sprintf("%c", bytes[at++])
  return value
}

END {
  for (left = number(); left > 0; left--) {
    module = text()
    name = text()
    if (bytes[at++] != 0) {
      print "the import '" module "." name "' is not a function" > "/dev/stderr"
      exit 1
    }
    number()
    print module
  }
  if (at != count) {
    print "the import section has " count " bytes, but its entries end at byte " at > "/dev/stderr"
    exit 1
  }
}
