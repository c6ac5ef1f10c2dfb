# The pinned compiler, unpacked and patched to run from the store: rustc, cargo, rustdoc, clippy, rustfmt, their libraries,
# the host's standard library, and the standard library's source where rustc looks for it.
{ shell, archives }:
let
  version = archives.upstreamVersion "rustc-web";
in
shell {
  name = "rust-${version}";
  inherit version;
  script = ./rust.sh;
  packages = archives.ofPart "rust";
}
