# Attests to the two builds; a difference was printed by then, and fails the derivation.
# NB: two words, the files of both derivations.
# shellcheck disable=SC2086
rebuild-verifier attest "$original" "$rebuilt" --derivations $derivations --definition "$definition" --builder-id "$builderId" --out "$out"
