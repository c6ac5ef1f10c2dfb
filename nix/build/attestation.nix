# The proof that two builds are the same bits: statement.json and comparison.json. Fails, and says where, if they differ.
{ shell, rebuildVerifier }:
{
  name,
  original,
  rebuilt,
  definition,
  # Who built, as an absolute URI. Whoever vouches for a build gives their own: see docs/attestation-format.md.
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
  # How both were built, all the way down: NB: the derivations' files alone, not what they build, of which nothing else is
  # needed here.
  derivations = map (build: builtins.unsafeDiscardOutputDependency build.drvPath) [
    original
    rebuilt
  ];
}
