# Attests to the two builds. If they differ, rebuild-verifier prints the differences and the derivation fails.
# NB: $derivations is unquoted on purpose: it holds two paths.
# shellcheck disable=SC2086
rebuild-verifier attest "$original" "$rebuilt" --derivations $derivations --definition "$definition" --builder-id "$builderId" --out "$out"
