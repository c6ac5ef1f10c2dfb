# LLVM's tools that look into executables of every format; their libraries are the compiler's.
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
