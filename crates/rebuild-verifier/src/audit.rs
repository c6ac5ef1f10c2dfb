//! Repeats what an attestation says was built, and holds the published files against the result.
//!
//! What it proves of *identical*: this machine, from the attested source, with the attested inputs, has built exactly the
//! published bits, twice and under other conditions. It needs no key: whoever signed the attestation is not believed, but
//! repeated. What it does not prove: that the source does what it should.

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
use crate::rebuild::Built;
use crate::status::Status;

pub use difference::{Between, Difference};
pub use published::{Published, PublishedFile, Release};

/// What became of one attestation.
#[derive(Debug)]
pub struct Audit {
    /// What was attested and published.
    pub published: Published,
    /// What was required, what was found.
    pub requirements: Vec<Requirement>,
    /// Every difference between two things that should be the same.
    pub differences: Vec<Difference>,
    /// What was built, if it came to that.
    pub built: Option<Built>,
}

impl Audit {
    /// How the published files that are not what was built here compare with it, under their paths in the build.
    ///
    /// # Errors
    /// When two of them have one path.
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
        // Stable: the explanations of one entry stay in their order.
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        explanations.sort_by(|one, other| one.path.cmp(&other.path));
        Comparison::new(Level::Bits, entries)?
            .explained(explanations, omitted)
            .map(Some)
    }

    /// Whether something that was built here came out different when it was built again.
    fn is_unstable(&self) -> bool {
        let built = self.built.as_ref();
        built.is_some_and(|built| built.instability().is_some())
    }

    /// Identical if every requirement is met; different if what was built is not what was published or built again.
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
    /// What should have been built.
    pub flake_attribute: String,
    /// Why it was not decided.
    pub error: Error,
}

/// Audits one attestation: builds what it says from `flake`, at the attested commit if it names one. A requirement that is
/// not met before the build ends it there.
///
/// # Errors
/// When the source cannot be had, does not build, or something cannot be read.
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
