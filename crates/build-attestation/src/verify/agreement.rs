//! Who of those whose keys are trusted says that an artifact should have other bits.
//!
//! Claims are compared by what was built and by the part that an output plays in it, not by what the artifact is called:
//! names decide only between claims of which it is not known whether they are about one thing.

use std::collections::BTreeSet;

use super::{Appraisal, Artifact, Candidate};
use crate::claim::{Claim, Output, Product, Relation, file_name};
use crate::digests::Agreement;
use crate::uri::AbsoluteUri;

/// What an artifact is, according to a claim that has its bits: the product, and the name in it.
type Role<'a> = (&'a Product, &'a str);

/// Every disagreement: who got what instead, whether or not they count.
pub(super) fn disagreements(artifact: &Artifact, appraisals: &[Appraisal]) -> Vec<String> {
    let candidates: Vec<_> = appraisals
        .iter()
        .filter_map(|appraisal| Some((appraisal, appraisal.candidate()?)))
        .collect();
    let roles: BTreeSet<Role<'_>> = candidates
        .iter()
        .flat_map(|(_, candidate)| {
            let names = candidate.names_of(artifact);
            names.map(|name| (&candidate.claim.product, name))
        })
        .collect();
    let told = |(appraisal, candidate): &(&Appraisal, &Candidate)| {
        let other = contradiction(&candidate.claim, artifact).or_else(|| other_bits(candidate, artifact, &roles))?;
        let who = candidate
            .builder
            .as_ref()
            .map_or(appraisal.signers[0].as_str(), AbsoluteUri::as_str);
        Some(format!("{who} got {other} ({})", appraisal.origin))
    };
    candidates.iter().filter_map(told).collect()
}

/// An output of which some digests are the artifact's and others are not.
fn contradiction(claim: &Claim, artifact: &Artifact) -> Option<String> {
    let in_part = |output: &&Output| output.digests.agree_with(&artifact.digests) == Agreement::Some;
    let output = claim.outputs.iter().find(in_part)?;
    Some(format!("{} with digests of two contents", output.name))
}

/// What a claim says of the artifact other than that it has its bits.
fn other_bits(candidate: &Candidate, artifact: &Artifact, roles: &BTreeSet<Role<'_>>) -> Option<String> {
    let claim = &candidate.claim;
    let related = |relation| {
        let related = move |(product, _): &&Role<'_>| claim.product.relation(product) == relation;
        roles.iter().filter(related).map(|(_, name)| *name)
    };
    let same: BTreeSet<_> = related(Relation::Same).collect();
    if let Some(role) = same.first() {
        let has_bits = candidate.names_of(artifact).next().is_some();
        return other(claim, artifact, |output| same.contains(output.name.as_str()))
            .or_else(|| (!has_bits).then(|| format!("no {role}")));
    }
    // Of something else than the artifact is by all accounts, other bits are to be expected. One account is not enough: whoever
    // wants to hide a disagreement could give it.
    let unknown: BTreeSet<_> = related(Relation::Unknown).collect();
    if unknown.is_empty() && related(Relation::Different).next().is_some() {
        return None;
    }
    let names: BTreeSet<_> = unknown
        .into_iter()
        .map(file_name)
        .chain([artifact.name.as_str()])
        .collect();
    other(claim, artifact, |output| names.contains(file_name(&output.name)))
}

/// The first output that should have the artifact's bits and has others.
fn other(claim: &Claim, artifact: &Artifact, should_have_them: impl Fn(&Output) -> bool) -> Option<String> {
    let sha256 = artifact.digests.sha256;
    let output = claim
        .outputs
        .iter()
        .find(|output| output.digests.sha256 != sha256 && should_have_them(output))?;
    Some(format!("{} with sha256 {}", output.name, output.digests.sha256))
}
