# wasmtime, which runs WASI executables: the shared library of its wheel, and a program that calls it. The wheel has no program.
{
  shell,
  archives,
  rust,
  hostCc,
}:
let
  version = archives.upstreamVersion "wasmtime";
in
shell {
  name = "wasmtime-${version}";
  inherit version;
  script = ./wasmtime.sh;
  wasmtime = archives.named "wasmtime";
  patchelf = archives.named "patchelf";
  inherit rust hostCc;
  source = ./wasmtime.c;
}
