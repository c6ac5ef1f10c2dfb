//! Builds what an attestation names again, and compares the published files with the result.
//!
//! *Identical* proves that this machine, from the attested source and with the attested inputs, has built exactly the
//! published bits twice, the second time under other conditions. An audit needs no key: it does not trust the signer,
//! it repeats the build. It does not prove that the source does what it should.

pub mod document;
pub mod text;

mod difference;
mod publication;
mod published;
mod repetition;
mod requirements;
mod source;

use bit_compare::comparison::{Comparison, Entry, Level};
use bit_compare::explanation::Explanation;
use bit_compare::path::EntryPath;
use build_attestation::verify::{Check, Requirement};
use requirements::Decision;

use crate::error::{Error, Result};
use crate::nix::Nix;
use crate::nix::flake::FlakeRef;
use crate::rebuilding::Built;
use crate::status::Status;

pub(crate) use difference::Between;
pub use difference::Difference;
pub use published::{Published, PublishedFile, Release};

/// The audit of one attestation.
#[derive(Debug)]
pub struct Audit {
    /// What was attested and published.
    pub published: Published,
    /// Each requirement, with its finding.
    pub requirements: Vec<Requirement>,
    /// Every difference between two sides that should be identical.
    pub differences: Vec<Difference>,
    /// The builds, if the audit got that far.
    pub built: Option<Built>,
}

impl Audit {
    /// One comparison of all differing published files with the files built here, under their paths in the build.
    ///
    /// # Errors
    /// When two of them have the same path.
    pub fn published_comparison(&self) -> Result<Option<Comparison>, String> {
        let (mut entries, mut explanations, mut omitted) = (Vec::new(), Vec::new(), 0);
        let differences = self.differences.iter();
        for difference in differences.filter(|one| one.between == Between::PublishedAndBuilt) {
            let found = &difference.comparison;
            let path = |path: &EntryPath| difference.path.as_ref().unwrap_or(path).clone();
            entries.extend(found.entries().iter().map(|entry| Entry {
                path: path(&entry.path),
                ..entry.clone()
            }));
            explanations.extend(found.explanations().iter().map(|one| Explanation {
                path: path(&one.path),
                ..one.clone()
            }));
            omitted += found.omitted_explanations();
        }
        if entries.is_empty() {
            return Ok(None);
        }
        // NB: both sorts are stable, so the explanations of one entry keep their order.
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        explanations.sort_by(|one, other| one.path.cmp(&other.path));
        Comparison::new(Level::Bits, entries)?
            .explained(explanations, omitted)
            .map(Some)
    }

    /// Whether a build is not repeatable.
    fn is_unstable(&self) -> bool {
        let built = self.built.as_ref();
        built.is_some_and(|built| built.instability().is_some())
    }

    /// Identical if every requirement is met; different if a build differs from the published files or from its
    /// repetition.
    pub fn status(&self) -> Status {
        let mut checks = self.requirements.iter().map(|requirement| requirement.check);
        if !self.requirements.is_empty() && checks.clone().all(|check| check == Check::Passed) {
            Status::Identical
        } else if !checks.any(|check| check == Check::Failed) {
            Status::NotChecked
        } else if self.differences.is_empty() && !self.is_unstable() {
            Status::Rejected
        } else {
            Status::Different
        }
    }
}

/// An attestation that could not be audited.
#[derive(Debug)]
pub struct Undecided {
    /// The attestation's file, without its folder.
    pub attestation: String,
    /// The attested attribute.
    pub flake_attribute: String,
    /// The reason.
    pub error: Error,
}

/// Audits one attestation: builds the attested attribute from `flake`, at the attested commit if there is one. If a
/// requirement fails before the build, nothing is built.
///
/// # Errors
/// When the source cannot be fetched or does not build, or a file cannot be read.
pub fn audit(nix: &mut Nix<'_>, flake: &FlakeRef, published: Published) -> Result<Audit> {
    let mut decisions = publication::check(&published)?;
    let (mut differences, mut built) = (Vec::new(), None);
    if !decisions.iter().any(Decision::has_failed) {
        let source = source::fetch(nix, flake, &published.definition)?;
        decisions.extend(source::check(&published.definition, &source)?);
        if !decisions.iter().any(Decision::has_failed) {
            let repetition = repetition::repeat(nix, &source, &published)?;
            decisions.extend(repetition.decisions);
            differences = repetition.differences;
            built = Some(repetition.built);
        }
    }
    Ok(Audit {
        requirements: requirements::requirements(&published, &decisions),
        published,
        differences,
        built,
    })
}
