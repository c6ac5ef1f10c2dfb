# The pinned compiler, unpacked and made to run from the store: rustc, cargo, rustdoc, clippy, rustfmt, their libraries,
# the host's standard library, and the source of the standard library where rustc looks for it.
{ shell, archives }:
shell {
  name = "rust-1.85.0";
  version = "1.85.0";
  script = ./rust.sh;
  packages = archives.ofPart "rust";
}
