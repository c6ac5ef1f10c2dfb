//! What cargo said of a build: the messages that it printed (`--message-format json`), and its metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use cargo_metadata::{Artifact, Message, Metadata, Package, PackageId};

use crate::Error;

/// A build by cargo for one platform.
#[derive(Debug)]
pub struct Build {
    pub(crate) metadata: Metadata,
    /// The packages that were compiled for the platform, and those for the build machine.
    pub(crate) for_target: BTreeSet<PackageId>,
    pub(crate) for_host: BTreeSet<PackageId>,
    /// Those for the platform that have debug assertions. A profile may state them for single packages.
    pub(crate) asserting: BTreeSet<PackageId>,
    executables: BTreeMap<String, Unit>,
}

/// An executable that was built.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) package: PackageId,
    pub(crate) name: String,
    pub(crate) version: String,
    /// The enabled features of its package, sorted.
    pub(crate) features: Vec<String>,
}

impl Build {
    /// Reads a build for `target`, a target triple, or for the build machine if that is `None`.
    ///
    /// # Errors
    ///
    /// [`Error`] if a file cannot be read, is not cargo's, or lacks a package.
    pub fn read(messages: &Path, metadata: &Path, target: Option<&str>) -> Result<Self, Error> {
        let malformed = |path: &Path, cause: &dyn std::fmt::Display| Error::Malformed {
            path: path.to_owned(),
            cause: cause.to_string(),
        };
        let metadata_text = std::fs::read_to_string(metadata).map_err(|cause| Error::Read {
            path: metadata.to_owned(),
            cause,
        })?;
        let file = File::open(messages).map_err(|cause| Error::Read {
            path: messages.to_owned(),
            cause,
        })?;
        let mut build = Self {
            metadata: cargo_metadata::MetadataCommand::parse(metadata_text).map_err(|why| malformed(metadata, &why))?,
            for_target: BTreeSet::new(),
            for_host: BTreeSet::new(),
            asserting: BTreeSet::new(),
            executables: BTreeMap::new(),
        };
        for message in Message::parse_stream(BufReader::new(file)) {
            match message.map_err(|why| malformed(messages, &why))? {
                Message::CompilerArtifact(artifact) => build.add(artifact, target)?,
                Message::TextLine(line) => {
                    let start: String = line.chars().take(60).collect();
                    return Err(malformed(messages, &format!("'{start}' is no message of cargo's")));
                }
                _ => {}
            }
        }
        Ok(build)
    }

    fn add(&mut self, artifact: Artifact, target: Option<&str>) -> Result<(), Error> {
        // NB: cargo puts what it compiles for another platform into a folder with that platform's name. Without --target, the
        // artifacts of both lie in one folder; then only the kind tells what the build itself runs.
        let is_for_target = match target {
            Some(triple) => artifact
                .filenames
                .iter()
                .any(|file| file.components().any(|part| part.as_str() == triple)),
            None => !artifact.target.is_custom_build() && !artifact.target.is_proc_macro(),
        };
        let packages = if is_for_target {
            &mut self.for_target
        } else {
            &mut self.for_host
        };
        packages.insert(artifact.package_id.clone());
        if is_for_target && artifact.profile.debug_assertions {
            self.asserting.insert(artifact.package_id.clone());
        }
        if is_for_target && artifact.target.is_bin() && artifact.executable.is_some() {
            let package = self.package(&artifact.package_id)?;
            let mut features = artifact.features;
            features.sort();
            let unit = Unit {
                name: package.name.clone(),
                version: package.version.to_string(),
                package: artifact.package_id,
                features,
            };
            self.executables.insert(artifact.target.name, unit);
        }
        Ok(())
    }

    pub(crate) fn package(&self, id: &PackageId) -> Result<&Package, Error> {
        let packages = &self.metadata.packages;
        let found = packages.iter().find(|package| package.id == *id);
        found.ok_or_else(|| Error::NoPackage(id.to_string()))
    }

    pub(crate) fn executable(&self, binary: &str) -> Result<&Unit, Error> {
        self.executables.get(binary).ok_or_else(|| {
            let names: Vec<_> = self.executables.keys().map(String::as_str).collect();
            Error::NoExecutable(binary.to_owned(), names.join(", "))
        })
    }
}
