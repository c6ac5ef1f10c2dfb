//! The source: whether what was fetched is what was attested.

use build_attestation::definition::Definition;

use super::requirements::{AuditRequirement, Decision};
use crate::error::Result;
use crate::nix::flake::FlakeRef;
use crate::nix::{FetchedSource, Nix};
use crate::rebuild;

/// The attested source: at its commit where it has one and the reference can say so, else as the reference has it.
pub(super) fn fetch(nix: &mut Nix<'_>, flake: &FlakeRef, attested: &Definition) -> Result<FetchedSource> {
    let commit = attested.commit();
    let pinned = commit.and_then(|commit| flake.at(commit));
    nix.fetch(pinned.as_ref().unwrap_or(flake))
}

/// Its files are not looked at where it is another source.
pub(super) fn check(attested: &Definition, source: &FetchedSource) -> Result<Vec<Decision>> {
    let mut decisions = vec![revision(attested, source), hash(attested, source)];
    if !decisions.iter().any(Decision::has_failed) {
        decisions.push(lock_files(attested, source)?);
    }
    Ok(decisions)
}

/// Whether the fetched source is the attested commit, as far as that can be known: where the attested revision is a commit,
/// only one that was looked up by it counts, and where nobody could look, nothing is decided.
fn revision(attested: &Definition, source: &FetchedSource) -> Decision {
    let requirement = AuditRequirement::SourceRevision;
    match (&source.revision, attested.commit()) {
        (Some(revision), _) => requirement.decide(*revision == attested.source.revision, revision),
        (None, None) => requirement.pass("no commit either"),
        (None, Some(_)) => requirement.leave(rebuild::NO_COMMIT),
    }
}

fn hash(attested: &Definition, source: &FetchedSource) -> Decision {
    let same = source.nar_hash == attested.source.nar_hash;
    AuditRequirement::SourceHash.decide(same, &source.nar_hash)
}

fn lock_files(attested: &Definition, source: &FetchedSource) -> Result<Decision> {
    let mismatches = rebuild::mismatched_files(attested, source)?;
    Ok(AuditRequirement::LockFiles.without(&mismatches, "they have them"))
}
