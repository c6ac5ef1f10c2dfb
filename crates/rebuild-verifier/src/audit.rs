//! Repeats what an attestation says was built, and holds the published files against the result.
//!
//! What it proves of *identical*: this machine, from the attested source, with the attested inputs, has built exactly the
//! published bits, twice and under other conditions. It needs no key: whoever signed the attestation is not believed, but
//! repeated. What it does not prove: that the source does what it should.

pub mod document;
pub mod text;

mod published;
mod requirements;

use std::collections::BTreeMap;
use std::path::PathBuf;

use bit_compare::comparison::{Comparison, Entry, Level, Verdict};
use bit_compare::explanation::Explanation;
use bit_compare::path::EntryPath;
use build_attestation::definition::Definition;
use build_attestation::verify::{Check, Requirement};
use requirements::Requirements;
use untrusted_input::digest::Sha256;

use crate::comparing;
use crate::error::{Error, Result};
use crate::nix::flake::FlakeRef;
use crate::nix::{Nix, Source};
use crate::rebuild::{self, Built, Stored};
use crate::status::Status;

pub use published::{Published, Release};

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

/// Two things that should be the same.
#[derive(Debug)]
pub struct Difference {
    /// What was compared: `published and built here`.
    pub what: &'static str,
    /// The path in the build, of single files.
    pub path: Option<EntryPath>,
    /// One of them.
    pub original: PathBuf,
    /// The other.
    pub rebuilt: PathBuf,
    /// How they differ.
    pub comparison: Comparison,
}

/// `published and built here`.
const PUBLISHED: &str = "published and built here";
/// `built here and built here under other conditions`.
const REBUILT: &str = "built here, and built here under other conditions";

impl Audit {
    /// How the published files that are not what was built here compare with it, under their paths in the build.
    ///
    /// # Errors
    /// When two of them have one path.
    pub fn published_comparison(&self) -> Result<Option<Comparison>, String> {
        let (mut entries, mut explanations, mut omitted) = (Vec::new(), Vec::new(), 0);
        for difference in self.differences.iter().filter(|one| one.what == PUBLISHED) {
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
        let mut checks = self
            .requirements
            .iter()
            .map(|requirement| requirement.check);
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

/// Audits one attestation: builds what it says from `flake`, at the attested commit if it names one.
///
/// # Errors
/// When the source cannot be had, does not build, or something cannot be read.
pub fn audit(nix: &mut Nix<'_>, flake: &FlakeRef, published: Published) -> Result<Audit> {
    let mut audit = Audit {
        requirements: Vec::new(),
        differences: Vec::new(),
        built: None,
        published,
    };
    let mut requirements = Requirements::of(&audit.published);
    check(nix, flake, &mut audit, &mut requirements)?;
    audit.requirements = requirements.into_list();
    Ok(audit)
}

fn check(
    nix: &mut Nix<'_>,
    flake: &FlakeRef,
    audit: &mut Audit,
    requirements: &mut Requirements,
) -> Result<()> {
    let attested = audit.published.definition.clone();
    if let Some(why) = &audit.published.contradiction {
        requirements.fail("documents", why.clone());
        return Ok(());
    }
    requirements.pass("documents", "they agree");
    let other = audit.published.other_digests()?;
    if !requirements.none("artifact", other, "all of them are") {
        return Ok(());
    }
    let source = fetch(nix, flake, &attested)?;
    let same_revision = check_revision(&attested, &source, requirements);
    let same_hash = source.nar_hash == attested.source.nar_hash;
    requirements.decide("source-hash", same_hash, source.nar_hash.clone());
    if !same_revision || !same_hash {
        return Ok(());
    }
    let other = rebuild::other_files(&attested, &source)?;
    if !requirements.none("lock-files", other, "they have them") {
        return Ok(());
    }
    let built = rebuild::build(nix, &source, &attested.flake_attribute, Stored::BuildAgain)?;
    let other = contradictions(&attested, &built, &source)?;
    requirements.none("definition", other, "the source defines exactly that");
    let again = match built.again.as_slice() {
        [] => "nothing was in the store before".into(),
        again => format!("nothing differed of {}", again.join(", ")),
    };
    requirements.none("repeatable", built.unstable.clone(), &again);
    compare(audit, &built, requirements)?;
    audit.built = Some(built);
    Ok(())
}

/// Whether the fetched source is the attested commit, as far as that can be known: where the attested revision is a commit,
/// only one that was looked up by it counts, and where nobody could look, nothing is decided.
fn check_revision(attested: &Definition, source: &Source, requirements: &mut Requirements) -> bool {
    const NAME: &str = "source-revision";
    match (&source.revision, attested.commit()) {
        (Some(revision), _) => {
            let same = *revision == attested.source.revision;
            requirements.decide(NAME, same, revision.clone());
            same
        }
        (None, None) => {
            requirements.pass(NAME, "no commit either");
            true
        }
        (None, Some(_)) => {
            requirements.leave(NAME, rebuild::NO_COMMIT);
            true
        }
    }
}

/// The attested source: at its commit where it has one and the reference can say so, else as the reference has it.
fn fetch(nix: &mut Nix<'_>, flake: &FlakeRef, attested: &Definition) -> Result<Source> {
    let commit = attested.commit();
    let pinned = commit.and_then(|commit| flake.at(commit));
    nix.fetch(pinned.as_ref().unwrap_or(flake))
}

fn contradictions(attested: &Definition, built: &Built, source: &Source) -> Result<Vec<String>> {
    let mut found = attested.differences(&built.definition);
    found.extend(built.contradictions(source)?);
    Ok(found)
}

/// Holds the published files against the first build, and that against the second.
fn compare(audit: &mut Audit, built: &Built, requirements: &mut Requirements) -> Result<()> {
    let both = built.compare()?;
    let files: BTreeMap<&EntryPath, Sha256> = both
        .original_files()
        .map(|file| (file.path, file.sha256))
        .collect();
    let subjects: Vec<_> = audit
        .published
        .files
        .iter()
        .map(|file| &file.path)
        .collect();
    let missing = files.keys().filter(|path| !subjects.contains(path));
    let unattested: Vec<_> = missing.map(ToString::to_string).collect();
    requirements.none("complete", unattested, "all of them");
    let mut different = Vec::new();
    for file in &audit.published.files {
        let ours = built.original.output.join(file.path.as_path());
        let Some(built_sha256) = files.get(&file.path) else {
            different.push(format!("{} is not built here", file.path));
            continue;
        };
        let changed = || {
            Error::from(untrusted_input::Error::Changed {
                path: file.published.clone(),
            })
        };
        // The store's own copy was published: it was built again, and Nix has compared it.
        if file.published.canonicalize().ok() == ours.canonicalize().ok() {
            if *built_sha256 != file.sha256 {
                return Err(changed());
            }
            continue;
        }
        let comparison = comparing::compare(&file.published, &ours, Level::Bits)?;
        // It had the attested digest before anything was built.
        if comparison
            .original_files()
            .any(|original| original.sha256 != file.sha256)
        {
            return Err(changed());
        }
        if comparison.verdict() == Verdict::Different {
            different.push(file.path.to_string());
            audit.differences.push(Difference {
                what: PUBLISHED,
                path: Some(file.path.clone()),
                original: file.published.clone(),
                rebuilt: ours,
                comparison,
            });
        }
    }
    requirements.none("original", different, "nothing differed");
    let paths = both.differences().map(|(entry, _)| entry.path.to_string());
    requirements.none("rebuilt", paths.collect(), "nothing differed");
    if both.verdict() == Verdict::Different {
        audit.differences.push(Difference {
            what: REBUILT,
            path: None,
            original: built.original.output.clone(),
            rebuilt: built.rebuilt.output.clone(),
            comparison: both,
        });
    }
    Ok(())
}
