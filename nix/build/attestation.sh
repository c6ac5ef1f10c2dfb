# Attests to the two builds; a difference was printed by then, and fails the derivation.
rebuild-verifier attest "$original" "$rebuilt" --definition "$definition" --builder-id "$builderId" --out "$out"
