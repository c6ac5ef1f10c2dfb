//! Fetches the source, and checks that it is the attested one.

use build_attestation::definition::Definition;

use super::requirements::{AuditRequirement, Decision};
use crate::error::Result;
use crate::nix::flake::FlakeRef;
use crate::nix::{FetchedSource, Nix};
use crate::rebuilding;

/// Fetches the attested source: at its commit if it has one and the reference can name it, else whatever the reference
/// gives.
pub(super) fn fetch(nix: &mut Nix<'_>, flake: &FlakeRef, attested: &Definition) -> Result<FetchedSource> {
    let commit = attested.commit();
    let pinned = commit.and_then(|commit| flake.at(commit));
    nix.fetch(pinned.as_ref().unwrap_or(flake))
}

/// Checks revision, hash and files of the source. The files are checked only if revision and hash have not failed.
pub(super) fn check(attested: &Definition, source: &FetchedSource) -> Result<Vec<Decision>> {
    let mut decisions = vec![check_revision(attested, source), check_hash(attested, source)];
    if !decisions.iter().any(Decision::has_failed) {
        decisions.push(check_lock_files(attested, source)?);
    }
    Ok(decisions)
}

/// Checks that the fetched source is the attested commit. Only a commit that Nix has looked up counts. If a commit is
/// attested but none was looked up, nothing is decided.
fn check_revision(attested: &Definition, source: &FetchedSource) -> Decision {
    let requirement = AuditRequirement::SourceRevision;
    match (&source.revision, attested.commit()) {
        (Some(revision), _) => requirement.decide(*revision == attested.source.revision, revision),
        (None, None) => requirement.pass("neither side names a commit"),
        (None, Some(_)) => requirement.leave(rebuilding::NO_COMMIT),
    }
}

fn check_hash(attested: &Definition, source: &FetchedSource) -> Decision {
    let same = source.nar_hash == attested.source.nar_hash;
    AuditRequirement::SourceHash.decide(same, &source.nar_hash)
}

fn check_lock_files(attested: &Definition, source: &FetchedSource) -> Result<Decision> {
    let mismatches = rebuilding::mismatched_files(attested, source)?;
    Ok(AuditRequirement::LockFiles.pass_unless(&mismatches, "all digests match"))
}
