# Sourced. Writes the file in which cargo looks for the checksums of a crate in a directory source.
#
# Cargo compares each file before it compiles the crate. So a build script that changes the sources, which it can where Nix builds
# as root without users of its own, makes the rebuild fail instead of changing both builds alike.
writeChecksums() { # folder, the crate's checksum as JSON
  (
    cd "$1"
    find . -type f ! -name .cargo-checksum.json -exec sha256sum {} + | sort -k 2 | awk -v package="$2" '
      BEGIN { printf "{\"files\":{" }
      # NB: sha256sum marks a line whose name it escapes. Such a file is not listed.
      !/^\\/ {
        name = substr($0, 69)
        gsub(/"/, "\\\"", name)
        printf "%s\"%s\":\"%s\"", comma, name, substr($0, 1, 64)
        comma = ","
      }
      END { printf "},\"package\":%s}\n", package }' >.cargo-checksum.json
  )
}
