//! Builds an attribute of a flake twice on this machine, and checks its definition against the source.

use std::path::{Path, PathBuf};

use bit_compare::comparison::{Comparison, Level, Verdict};
use build_attestation::definition::{Definition, SourceFile};
use tempfile::TempDir;
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::file;

use crate::attesting::ObservedDefinition;
use crate::comparing;
use crate::error::{Error, Result};
use crate::nix::source::LONGEST_FILE_BYTES;
use crate::nix::{DerivedPath, DerivedPaths, FetchedSource, Nix, StoreOrigin};
use crate::result::ResultDocument;

/// The finding for a source whose commit was not looked up.
pub(crate) const NO_COMMIT: &str = "no commit that was looked up";

/// How to treat builds that the store already has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Accept them if this machine's store built them; build copied ones again.
    Count,
    /// Build all of them again.
    BuildAgain,
}

/// An attribute, built twice. Its store paths are kept from garbage collection as long as this value lives.
#[derive(Debug)]
pub struct Built {
    /// The attribute.
    pub attribute: String,
    /// The definition's own file.
    pub definition_file: PathBuf,
    /// What was built, from what, and what both builds share.
    pub definition: ObservedDefinition,
    /// The build.
    pub original: DerivedPath,
    /// The build under other conditions.
    pub rebuilt: DerivedPath,
    /// The builds that were already in the store, and were built again under the same conditions.
    pub again: Vec<String>,
    /// The builds among `again` that came out different.
    pub unstable: Vec<String>,
    _root: TempDir,
}

/// Builds `attribute` of `source`, its rebuild and its definition, and looks up the shared inputs of both builds.
///
/// # Errors
/// When there is no such attribute, it does not build, the builds can change what they read, or the rebuild shares more
/// with the original than the definition lists.
pub fn build(nix: &mut Nix<'_>, source: &FetchedSource, attribute: &str, stored: Stored) -> Result<Built> {
    nix.check_builders()?;
    let flake = &source.flake;
    let DerivedPaths {
        original,
        rebuilt,
        definition,
    } = nix.derived_paths(flake, attribute)?;
    let names = parts(attribute);
    let mut were_absent = Vec::new();
    for path in [&original, &rebuilt] {
        were_absent.push(nix.origin(&path.output)? == StoreOrigin::Absent);
    }
    let root = root()?;
    let all: Vec<_> = names.iter().zip([&original, &rebuilt, &definition]).collect();
    nix.build(flake, &all, &root.path().join("result"))?;
    let definition_file = definition.output;
    let definition = Definition::read(&definition_file)?;
    let definition = ObservedDefinition::look_up(definition, &original, &rebuilt)?;
    let (mut again, mut unstable) = (Vec::new(), Vec::new());
    let builds = names.iter().zip([&original, &rebuilt]);
    for ((name, path), was_absent) in builds.zip(were_absent) {
        if !is_due(nix, path, was_absent, stored)? {
            continue;
        }
        again.push(name.clone());
        if !nix.build_again(flake, name, path)? {
            unstable.push(name.clone());
        }
    }
    Ok(Built {
        attribute: attribute.into(),
        definition,
        definition_file,
        original,
        rebuilt,
        again,
        unstable,
        _root: root,
    })
}

/// Whether a build has to be repeated. By now the store has it in any case, so `was_absent` says whether it is new.
fn is_due(nix: &mut Nix<'_>, path: &DerivedPath, was_absent: bool, stored: Stored) -> Result<bool> {
    if stored == Stored::BuildAgain && !was_absent {
        return Ok(true);
    }
    Ok(nix.origin(&path.output)? != StoreOrigin::Built)
}

/// The names of an attribute's builds: the original, the rebuild, and the definition of both.
pub fn parts(attribute: &str) -> [String; 3] {
    ["", ".rebuild", ".definition"].map(|part| format!("{attribute}{part}"))
}

impl Built {
    /// Compares both builds.
    ///
    /// # Errors
    /// When nothing can be decided.
    pub fn compare(&self) -> Result<Comparison> {
        comparing::compare(&self.original.output, &self.rebuilt.output, Level::Bits)
    }

    /// Every contradiction between the definition and the source that was built.
    ///
    /// # Errors
    /// When a file of the source cannot be read.
    pub(crate) fn contradictions(&self, source: &FetchedSource) -> Result<Vec<String>> {
        contradictions(self.definition.as_definition(), &self.attribute, source)
    }

    /// Refuses a definition that contradicts the source.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self, source: &FetchedSource) -> Result<()> {
        let first = self.contradictions(source)?.into_iter().next();
        refuse(first, &self.definition_file)
    }

    /// The bytes of the definition's file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn definition_json(&self) -> Result<Vec<u8>> {
        ResultDocument::Definition.read(&self.definition_file)
    }

    /// If a build is not repeatable, the reason in one line: the verdict is then *different*, whatever a comparison
    /// says.
    pub fn instability(&self) -> Option<String> {
        let names = self.unstable.join(" and ");
        (!names.is_empty()).then(|| format!("{names} came out different when built again under the same conditions"))
    }

    /// The verdict on everything: the comparison of both builds, and the repeated builds.
    pub fn verdict(&self, comparison: &Comparison) -> Verdict {
        match self.instability() {
            None => comparison.verdict(),
            Some(_) => Verdict::Different,
        }
    }
}

/// Every contradiction between a definition of `attribute` and the source that was built.
fn contradictions(definition: &Definition, attribute: &str, source: &FetchedSource) -> Result<Vec<String>> {
    let stated = &definition.source;
    let mut found = Vec::new();
    if definition.flake_attribute != attribute {
        found.push(format!(
            "it is about {}, not about {attribute}",
            definition.flake_attribute
        ));
    }
    if stated.nar_hash != source.nar_hash {
        found.push(format!(
            "its source has the hash {}, and what was built has {}",
            stated.nar_hash, source.nar_hash
        ));
    }
    let built = source.revision.as_deref();
    if built.is_some_and(|built| built != stated.revision) || built.is_none() && definition.commit().is_some() {
        found.push(format!(
            "its source is {}, and what was built is {}",
            stated.revision,
            built.unwrap_or(NO_COMMIT)
        ));
    }
    found.extend(mismatched_files(definition, source)?);
    Ok(found)
}

fn refuse(contradiction: Option<String>, definition: &Path) -> Result<()> {
    match contradiction {
        None => Ok(()),
        Some(why) => Err(Error::invalid(
            definition,
            "definition of this build",
            why,
            "let the flake define what it builds, see docs/attestation-format.md",
        )),
    }
}

/// Builds only the definition of `attribute`, and reads it, for the report on a build that failed.
///
/// # Errors
/// When it cannot be built, or contradicts the source.
pub fn definition(nix: &mut Nix<'_>, source: &FetchedSource, attribute: &str) -> Result<Vec<u8>> {
    let path = nix.derived_paths(&source.flake, attribute)?.definition;
    let root = root()?;
    let [.., name] = parts(attribute);
    nix.build(&source.flake, &[(&name, &path)], &root.path().join("result"))?;
    let file = path.output;
    let found = contradictions(&Definition::read(&file)?, attribute, source)?;
    refuse(found.into_iter().next(), &file)?;
    ResultDocument::Definition.read(&file)
}

/// A folder for garbage collector roots, which keep builds in the store.
fn root() -> Result<TempDir> {
    tempfile::tempdir().map_err(Error::temporary)
}

/// The files of the source that a definition names, but that have another digest there.
///
/// # Errors
/// When one of them exists but cannot be read.
pub(crate) fn mismatched_files(definition: &Definition, source: &FetchedSource) -> Result<Vec<String>> {
    let mut mismatches = Vec::new();
    let root = source
        .path
        .canonicalize()
        .map_err(|cause| Error::read(&source.path, cause))?;
    for dependency in &definition.resolved_dependencies {
        let SourceFile { path, sha256 } = match dependency.source_file() {
            Ok(Some(file)) => file,
            Ok(None) => continue,
            Err(why) => {
                mismatches.push(why);
                continue;
            }
        };
        let place = root.join(path.as_path());
        // No link in the path: it could lead out of the source.
        let found = if place.is_file() && place.canonicalize().is_ok_and(|real| real == place) {
            let bytes = file::read(&place, "file of the source", LONGEST_FILE_BYTES)?;
            Sha256::of(&bytes).to_string()
        } else {
            "no file".into()
        };
        if found != sha256 {
            mismatches.push(format!("{path} is {found} in the source, not {sha256}"));
        }
    }
    Ok(mismatches)
}
