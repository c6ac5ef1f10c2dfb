# Proves that two builds are bit-identical: writes statement.json and comparison.json. Fails and shows where if they differ.
{ shell, rebuildVerifier }:
{
  name,
  original,
  rebuilt,
  definition,
  # The builder's identity, an absolute URI. Anyone who vouches for a build sets their own: see docs/attestation-format.md.
  builderId ? "urn:samebits:builder:unnamed",
}:
shell {
  name = "${name}-attestation";
  script = ./attestation.sh;
  tools = [ rebuildVerifier ];
  inherit
    original
    rebuilt
    definition
    builderId
    ;
  # The derivation closure of both builds. NB: only the .drv files: a dependency on their outputs would build everything that
  # the closure names.
  derivations = map (build: builtins.unsafeDiscardOutputDependency build.drvPath) [
    original
    rebuilt
  ];
}
