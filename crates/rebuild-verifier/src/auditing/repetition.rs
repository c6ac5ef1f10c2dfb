//! Repeats the build: checks that it is the attested one, that it is repeatable, and that it gives the published files.

use std::collections::BTreeMap;
use std::path::Path;

use bit_compare::comparison::{Comparison, Level, Verdict};
use bit_compare::path::EntryPath;
use build_attestation::definition::Definition;
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;

use super::difference::{Between, Difference};
use super::published::{Published, PublishedFile};
use super::requirements::{AuditRequirement, Decision};
use crate::comparing;
use crate::error::{Error, Result};
use crate::nix::{FetchedSource, Nix};
use crate::rebuilding::{self, Built, Stored};

/// The outcome of the repeated build.
pub(super) struct Repetition {
    pub(super) built: Built,
    pub(super) decisions: Vec<Decision>,
    pub(super) differences: Vec<Difference>,
}

/// Builds the attested attribute twice, even if the store already has it. Compares the published files with the first
/// build, and the first build with the second.
pub(super) fn repeat(nix: &mut Nix<'_>, source: &FetchedSource, published: &Published) -> Result<Repetition> {
    let attested = &published.definition;
    let built = rebuilding::build(nix, source, &attested.flake_attribute, Stored::BuildAgain)?;
    let definition = check_definition(attested, &built, source)?;
    let both = built.compare()?;
    let files = both.original_files();
    let files: BuiltFiles<'_> = files.map(|file| (file.path, file.sha256)).collect();
    let complete = check_complete(published, &files);
    let (original, mut differences) = check_original(published, &built, &files)?;
    let decisions = vec![
        definition,
        check_repeatable(&built),
        complete,
        original,
        check_rebuilt(&both),
    ];
    if both.verdict() == Verdict::Different {
        differences.push(Difference {
            between: Between::BuiltTwice,
            path: None,
            original: built.original.output.clone(),
            rebuilt: built.rebuilt.output.clone(),
            comparison: both,
        });
    }
    Ok(Repetition {
        built,
        decisions,
        differences,
    })
}

/// The digests of the files built here, by path.
type BuiltFiles<'a> = BTreeMap<&'a EntryPath, Sha256>;

fn check_definition(attested: &Definition, built: &Built, source: &FetchedSource) -> Result<Decision> {
    let mut other = attested.differences(built.definition.as_definition());
    other.extend(built.contradictions(source)?);
    Ok(AuditRequirement::Definition.pass_unless(&other, "the source defines exactly that"))
}

fn check_repeatable(built: &Built) -> Decision {
    let again = match built.again.as_slice() {
        [] => "the store had neither build before".into(),
        again => format!("nothing differed of {}", again.join(", ")),
    };
    AuditRequirement::Repeatable.pass_unless(&built.unstable, &again)
}

fn check_complete(published: &Published, built: &BuiltFiles<'_>) -> Decision {
    let attested: Vec<_> = published.files.iter().map(|file| &file.path).collect();
    let missing = built.keys().filter(|path| !attested.contains(path));
    let missing: Vec<_> = missing.map(ToString::to_string).collect();
    AuditRequirement::Complete.pass_unless(&missing, "all of them")
}

/// Compares every published file with the one built here.
fn check_original(published: &Published, built: &Built, files: &BuiltFiles<'_>) -> Result<(Decision, Vec<Difference>)> {
    let (mut exceptions, mut differences) = (Vec::new(), Vec::new());
    for file in &published.files {
        let Some(built_sha256) = files.get(&file.path) else {
            exceptions.push(format!("{} is not built here", file.path));
            continue;
        };
        if let Some(difference) = compare_published(file, *built_sha256, &built.original.output)? {
            exceptions.push(file.path.to_string());
            differences.push(difference);
        }
    }
    let decision = AuditRequirement::Original.pass_unless(&exceptions, "nothing differed");
    Ok((decision, differences))
}

/// The difference between a published file and the same file in `output`, if any.
fn compare_published(file: &PublishedFile, built_sha256: Sha256, output: &Path) -> Result<Option<Difference>> {
    let ours = output.join(file.path.as_path());
    let changed = || Error::changed(&file.published);
    // The published file is the store's own. Nix has built it again and compared.
    if file.published.canonicalize().ok() == ours.canonicalize().ok() {
        return if built_sha256 == file.sha256 {
            Ok(None)
        } else {
            Err(changed())
        };
    }
    let comparison = comparing::compare(&file.published, &ours, Level::Bits)?;
    // It had the attested digest before the build, so any other digest means that it has changed.
    let mut originals = comparison.original_files();
    if originals.any(|original| original.sha256 != file.sha256) {
        return Err(changed());
    }
    drop(originals);
    if comparison.verdict() != Verdict::Different {
        return Ok(None);
    }
    Ok(Some(Difference {
        between: Between::PublishedAndBuilt,
        path: Some(file.path.clone()),
        original: file.published.clone(),
        rebuilt: ours,
        comparison,
    }))
}

fn check_rebuilt(both: &Comparison) -> Decision {
    let paths = both.differences().map(|(entry, _)| entry.path.to_string());
    AuditRequirement::Rebuilt.pass_unless(&paths.collect::<Vec<_>>(), "nothing differed")
}
