//! Builds an attribute of a flake twice on this machine, and holds its definition against the source it came from.

use std::path::{Path, PathBuf};

use bit_compare::comparison::{Comparison, Level, Verdict};
use bit_compare::path::EntryPath;
use build_attestation::definition::{self, Definition};
use tempfile::TempDir;
use untrusted_input::digest::Sha256;
use untrusted_input::error::plain;
use untrusted_input::file;

use crate::attest::ObservedDefinition;
use crate::comparing;
use crate::error::{Error, Result};
use crate::nix::source::LONGEST_FILE_BYTES;
use crate::nix::{DerivedPath, DerivedPaths, FetchedSource, Nix, StoreOrigin};
use crate::result::ResultDocument;

/// A source of which nobody has looked up a commit.
pub(crate) const NO_COMMIT: &str = "no commit that was looked up";

/// What to do with builds that the store has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// They count if this machine's store built them.
    Count,
    /// They are built again, as are those that were copied from elsewhere.
    BuildAgain,
}

/// An attribute, built twice. What is in the store stays there as long as this value lives.
#[derive(Debug)]
pub struct Built {
    /// The attribute.
    pub attribute: String,
    /// The definition's own file.
    pub definition_file: PathBuf,
    /// What it says was built, from what, and what both builds share.
    pub definition: ObservedDefinition,
    /// The build.
    pub original: DerivedPath,
    /// The build under other conditions.
    pub rebuilt: DerivedPath,
    /// Those of both that were in the store before, and were built again under the same conditions.
    pub again: Vec<String>,
    /// Those of them that came out different.
    pub unstable: Vec<String>,
    _root: TempDir,
}

/// Builds `attribute` of `source`, its rebuild and its definition, and looks up what the first two share.
///
/// # Errors
/// When there is no such attribute, it does not build, or the rebuild shares more with the original than the definition lists.
pub fn build(nix: &mut Nix<'_>, source: &FetchedSource, attribute: &str, stored: Stored) -> Result<Built> {
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

/// Whether what has just been built has to be built again: by now the store has it in any case.
fn is_due(nix: &mut Nix<'_>, path: &DerivedPath, was_absent: bool, stored: Stored) -> Result<bool> {
    if stored == Stored::BuildAgain && !was_absent {
        return Ok(true);
    }
    Ok(nix.origin(&path.output)? != StoreOrigin::Built)
}

/// What is built of an attribute: itself, again under other conditions, and the definition of both.
pub fn parts(attribute: &str) -> [String; 3] {
    ["", ".rebuild", ".definition"].map(|part| format!("{attribute}{part}"))
}

impl Built {
    /// Compares both builds.
    ///
    /// # Errors
    /// When it cannot be decided.
    pub fn compare(&self) -> Result<Comparison> {
        comparing::compare(&self.original.output, &self.rebuilt.output, Level::Bits)
    }

    /// Where what the definition says of itself is not what is known here.
    ///
    /// # Errors
    /// When a file of the source cannot be read.
    pub fn contradictions(&self, source: &FetchedSource) -> Result<Vec<String>> {
        contradictions(self.definition.as_definition(), &self.attribute, source)
    }

    /// Refuses a definition that says of itself what is not known here.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self, source: &FetchedSource) -> Result<()> {
        let first = self.contradictions(source)?.into_iter().next();
        refuse(first, &self.definition_file)
    }

    /// The definition as it was handed over.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn definition_json(&self) -> Result<Vec<u8>> {
        ResultDocument::Definition.read(&self.definition_file)
    }

    /// Why the verdict is *different* whatever a comparison says, if it is: in one line.
    pub fn instability(&self) -> Option<String> {
        let names = self.unstable.join(" and ");
        (!names.is_empty()).then(|| format!("{names} came out different when built again under the same conditions"))
    }

    /// Whether everything is the same: both builds, and what was built again.
    pub fn verdict(&self, comparison: &Comparison) -> Verdict {
        match self.instability() {
            None => comparison.verdict(),
            Some(_) => Verdict::Different,
        }
    }
}

/// Where what a definition of `attribute` says of itself is not what is known here.
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
    found.extend(other_files(definition, source)?);
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

/// Builds only the definition of `attribute`, and reads it: what is known of a build that fails.
///
/// # Errors
/// When it cannot be built, or says what is not known here.
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

/// A folder for links that keep what was built in the store.
fn root() -> Result<TempDir> {
    tempfile::tempdir().map_err(|cause| Error::Temporary(plain(cause)))
}

/// The files of the source that a definition names, by their paths and without a URI, and that are other files there.
///
/// # Errors
/// When one of them is there and cannot be read.
pub fn other_files(definition: &Definition, source: &FetchedSource) -> Result<Vec<String>> {
    let mut other = Vec::new();
    let dependencies = definition.resolved_dependencies.iter();
    let root = source
        .path
        .canonicalize()
        .map_err(|cause| Error::read(&source.path, cause))?;
    for dependency in dependencies.filter(|dependency| dependency.uri.is_none()) {
        let name = &dependency.name;
        // The source itself is known by the hash of its Nix archive.
        let Some(expected) = dependency.digest.get("sha256") else {
            if name != definition::SOURCE {
                other.push(format!("{name} has neither a URI nor a sha256"));
            }
            continue;
        };
        let path = EntryPath::new(name.as_bytes()).map(|path| root.join(path.as_path()));
        let found = match path {
            // No link on the way: it could lead out of the source.
            Ok(path) if path.is_file() && path.canonicalize().is_ok_and(|real| real == path) => {
                let bytes = file::read(&path, "file of the source", LONGEST_FILE_BYTES)?;
                Sha256::of(&bytes).to_string()
            }
            _ => "no file".into(),
        };
        if found != expected {
            other.push(format!("{name} is {found} in the source, not {expected}"));
        }
    }
    Ok(other)
}
