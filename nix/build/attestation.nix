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
}
