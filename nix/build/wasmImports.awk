# The module of each import of a WebAssembly file, one a line: reads its import section as od prints it (unsigned bytes, in
# decimal). Ends with 1 at an import that is no function, which stands for no library.
{ for (field = 1; field <= NF; field++) bytes[count++] = $field }

# A number in LEB128.
function number(    value, unit, byte) {
  unit = 1
  do { byte = bytes[at++]; value += byte % 128 * unit; unit *= 128 } while (byte >= 128)
  return value
}

# A text with its length before it.
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
      print "the import '" module "." name "' is no function" > "/dev/stderr"
      exit 1
    }
    number()
    print module
  }
  if (at != count) {
    print "the import section has " count " bytes, its entries " at > "/dev/stderr"
    exit 1
  }
}
