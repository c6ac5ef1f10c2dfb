//! Finds trusted claims that disagree with an artifact's bits.
//!
//! Claims are compared by their product and the name of the output in it, not by the artifact's file name. File names
//! decide only if it is unknown whether two claims are about the same product.

use std::collections::BTreeSet;

use super::{Artifact, CheckedAttestation, SignedClaim};
use crate::claim::{Claim, Output, Product, Relation, file_name};
use crate::digests::Agreement;
use crate::uri::AbsoluteUri;

/// The role of an artifact in a claim that has its bits: the product, and the output's name.
type Role<'a> = (&'a Product, &'a str);

/// Describes every disagreement: the builder and its other bits. Claims that the policy does not accept are included.
pub(super) fn disagreements(artifact: &Artifact, attestations: &[CheckedAttestation]) -> Vec<String> {
    let claims: Vec<_> = attestations
        .iter()
        .filter_map(|attestation| Some((attestation, attestation.claim()?)))
        .collect();
    let roles: BTreeSet<Role<'_>> = claims
        .iter()
        .flat_map(|(_, signed)| {
            let names = signed.names_of(artifact);
            names.map(|name| (&signed.claim.product, name))
        })
        .collect();
    let describe = |(attestation, signed): &(&CheckedAttestation, &SignedClaim)| {
        let other = contradiction(&signed.claim, artifact).or_else(|| other_bits(signed, artifact, &roles))?;
        let who = signed
            .builder
            .as_ref()
            .map_or(attestation.signers[0].as_str(), AbsoluteUri::as_str);
        Some(format!("{who} got {other} ({})", attestation.origin))
    };
    claims.iter().filter_map(describe).collect()
}

/// Describes an output with some of the artifact's digests and some others.
fn contradiction(claim: &Claim, artifact: &Artifact) -> Option<String> {
    let in_part = |output: &&Output| output.digests.agree_with(&artifact.digests) == Agreement::Some;
    let output = claim.outputs.iter().find(in_part)?;
    Some(format!("{} with digests of two contents", output.name))
}

/// Describes how a claim disagrees with the artifact's bits.
fn other_bits(signed: &SignedClaim, artifact: &Artifact, roles: &BTreeSet<Role<'_>>) -> Option<String> {
    let claim = &signed.claim;
    let related = |relation| {
        let related = move |(product, _): &&Role<'_>| claim.product.relation(product) == relation;
        roles.iter().filter(related).map(|(_, name)| *name)
    };
    let same: BTreeSet<_> = related(Relation::Same).collect();
    if let Some(role) = same.first() {
        let has_bits = signed.names_of(artifact).next().is_some();
        return output_with_other_bits(claim, artifact, |output| same.contains(output.name.as_str()))
            .or_else(|| (!has_bits).then(|| format!("no {role}")));
    }
    // Other bits are expected if the claim's product differs from every product that the artifact is claimed to be. One
    // differing product is not enough: somebody could claim it to hide a disagreement.
    let unknown: BTreeSet<_> = related(Relation::Unknown).collect();
    if unknown.is_empty() && related(Relation::Different).next().is_some() {
        return None;
    }
    let names: BTreeSet<_> = unknown
        .into_iter()
        .map(file_name)
        .chain([artifact.name.as_str()])
        .collect();
    output_with_other_bits(claim, artifact, |output| names.contains(file_name(&output.name)))
}

/// Describes the first output that should have the artifact's bits but has others.
fn output_with_other_bits(
    claim: &Claim,
    artifact: &Artifact,
    should_have_bits: impl Fn(&Output) -> bool,
) -> Option<String> {
    let sha256 = artifact.digests.sha256;
    let output = claim
        .outputs
        .iter()
        .find(|output| output.digests.sha256 != sha256 && should_have_bits(output))?;
    Some(format!("{} with sha256 {}", output.name, output.digests.sha256))
}
