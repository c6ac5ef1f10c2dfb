//! Builds an attribute of a flake twice on this machine, and holds its definition against the source it came from.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::atomic;
use crate::compare::Pair;
use crate::comparison::{Comparison, Verdict};
use crate::definition::Definition;
use crate::digest::Sha256;
use crate::error::{Error, Result};
use crate::input::{self, Limits};
use crate::nix::{Nix, Origin, Outputs, Source};
use crate::path::EntryPath;

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
    /// What it says was built, from what.
    pub definition: Definition,
    /// The build.
    pub original: PathBuf,
    /// The build under other conditions.
    pub rebuilt: PathBuf,
    /// Those of both that were in the store before, and were built again under the same conditions.
    pub again: Vec<String>,
    /// Those of them that came out different.
    pub unstable: Vec<String>,
    _root: TempDir,
}

/// Builds `attribute` of `source`, its rebuild and its definition.
///
/// # Errors
/// When there is no such attribute, or it does not build.
pub fn build(nix: &mut Nix<'_>, source: &Source, attribute: &str, stored: Stored) -> Result<Built> {
    let flake = &source.flake;
    let Outputs {
        original,
        rebuilt,
        definition,
    } = nix.outputs(flake, attribute)?;
    let rebuild = format!("{attribute}.rebuild");
    let mut builds = Vec::new();
    for (name, path) in [(attribute, &original), (&rebuild, &rebuilt)] {
        builds.push((name, path, nix.origin(path)?));
    }
    let root = tempfile::tempdir().map_err(|cause| Error::Temporary(atomic::plain(cause)))?;
    nix.build(flake, &parts(attribute), &root.path().join("result"))?;
    let (mut again, mut unstable) = (Vec::new(), Vec::new());
    for (name, path, before) in builds {
        let is_due = match stored {
            Stored::BuildAgain => before != Origin::Absent || nix.origin(path)? != Origin::Built,
            Stored::Count => nix.origin(path)? != Origin::Built,
        };
        if !is_due {
            continue;
        }
        again.push(name.to_owned());
        if !nix.build_again(flake, name)? {
            unstable.push(name.to_owned());
        }
    }
    Ok(Built {
        attribute: attribute.into(),
        definition: Definition::read(&definition)?,
        definition_file: definition,
        original,
        rebuilt,
        again,
        unstable,
        _root: root,
    })
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
        Pair::read(&self.original, &self.rebuilt)?.compare()
    }

    /// Where what the definition says of itself is not what is known here.
    ///
    /// # Errors
    /// When a file of the source cannot be read.
    pub fn contradictions(&self, source: &Source) -> Result<Vec<String>> {
        let stated = &self.definition.source;
        let mut found = Vec::new();
        if self.definition.flake_attribute != self.attribute {
            found.push(format!(
                "it is about {}, not about {}",
                self.definition.flake_attribute, self.attribute
            ));
        }
        if stated.nar_hash != source.nar_hash {
            found.push(format!(
                "its source has the hash {}, and what was built has {}",
                stated.nar_hash, source.nar_hash
            ));
        }
        if let Some(revision) = &source.revision {
            if stated.revision != *revision {
                found.push(format!(
                    "its source is {}, and what was built is {revision}",
                    stated.revision
                ));
            }
        }
        found.extend(other_files(&self.definition, source)?);
        Ok(found)
    }

    /// Whether everything is the same: both builds, and what was built again.
    pub fn verdict(&self, comparison: &Comparison) -> Verdict {
        if self.unstable.is_empty() {
            comparison.verdict()
        } else {
            Verdict::Different
        }
    }
}

/// The files of the source that a definition names, by their paths and without a URI, and that are other files there.
///
/// # Errors
/// When one of them is there and cannot be read.
pub fn other_files(definition: &Definition, source: &Source) -> Result<Vec<String>> {
    let mut other = Vec::new();
    let dependencies = definition.resolved_dependencies.iter();
    for dependency in dependencies.filter(|dependency| dependency.uri.is_none()) {
        let Some(expected) = dependency.digest.get("sha256") else {
            continue;
        };
        let name = &dependency.name;
        let found = match EntryPath::new(name.as_bytes())
            .map(|path| source.path.join(path.as_path()))
        {
            Ok(path) if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) => {
                let bytes = input::read(
                    &path,
                    "file of the source",
                    Limits::default().source_file_bytes,
                )?;
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
