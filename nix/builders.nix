# What builds a workspace under one set of conditions: crane's functions, and those for a service and a universal executable.
{
  toolchain,
  # crane's functions on this toolchain: those of ./crane, or crane itself.
  crane,
  # The workspace's folder, its sources (build/sources.nix), and the unpacked crates of its lock file.
  src,
  sources,
  vendor,
  stamp,
  # crates/build-stamp, under the same conditions.
  buildStamp,
  # The workspace's own flags for rustc.
  cfgFlags,
}:
let
  dummySrc = crane.mkDummySrc { inherit src; };
  # The source and the unpacked crates, as crane's functions take them.
  sourceArgs = source: {
    src = source;
    inherit dummySrc;
    cargoVendorDir = vendor;
    strictDeps = true;
  };
  scope = {
    inherit cfgFlags crane toolchain;
    link = import ./build/link.nix { inherit toolchain stamp buildStamp; };
    # The arguments for a build that sees one package and what it depends on, or all packages.
    packageArgs = package: sourceArgs (sources.ofPackage { inherit toolchain dummySrc package; });
    workspaceArgs = sourceArgs (sources.whole { inherit toolchain dummySrc; });
  };
in
scope
// {
  buildService = import ./build/service.nix scope;
  joinSlices = import ./build/universal.nix { inherit (toolchain) shell llvm; };
}
