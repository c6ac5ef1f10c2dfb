# LLVM's tools for inspecting executables of every format. They use the compiler's libraries.
{
  shell,
  archives,
  rust,
}:
shell {
  name = "llvm-19";
  script = ./llvm.sh;
  packages = archives.ofPart "llvm";
  patchelf = archives.named "patchelf";
  inherit rust;
}
