# One of qemu's emulators, as in qemu "qemu-aarch64": runs Linux executables for another processor. Its libraries are beside it,
# except those that the compiler has too.
{
  shell,
  archives,
  rust,
}:
emulator:
shell {
  name = emulator;
  script = ./qemu.sh;
  packages = map archives.named [
    "qemu-user"
    "libcapstone4"
    "libglib2.0-0"
    "libnuma1"
    "liburing2"
  ];
  patchelf = archives.named "patchelf";
  inherit rust emulator;
}
