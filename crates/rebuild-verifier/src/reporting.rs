//! Reads results back and reports, for each artifact, whether all builds of it were identical.
//!
//! A report proves that the documents of each result follow their formats and agree with each other, and that builders
//! of the same source agree. It does not prove that anyone signed the documents, or that the artifacts at hand are the
//! ones in them.

mod escape;
mod gather;
mod html;
mod json;
mod junit;
mod markdown;
mod text;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use askama::Template;
use bit_compare::comparison::{Comparison, Entry, Node};
use bit_compare::explanation::Explanation;
use bit_compare::path::EntryPath;
use build_attestation::definition::{Definition, Variation};
use untrusted_input::digest::Sha256;
use untrusted_input::spelling::plural;

use crate::error::Error;
use crate::failure::Failure;
use crate::result::{ComparedOrFailed, StoredResult};
use crate::status::Status;

pub use gather::Results;
pub use html::comparison_page;

/// A report on several results.
#[derive(Debug)]
pub struct Report {
    /// The artifacts, sorted by flake attribute, platform and source.
    pub artifacts: Vec<ReportedArtifact>,
    /// Results that could not be read, in the order in which they were found.
    pub unreadable: Vec<Unreadable>,
}

/// One flake attribute of one source, with the result of each builder.
#[derive(Debug)]
pub struct ReportedArtifact {
    /// At least one, sorted by builder.
    pub results: Vec<BuilderResult>,
}

/// One builder's result: two builds and how they compare.
#[derive(Debug)]
pub struct BuilderResult {
    /// The folder it was read from.
    pub folder: PathBuf,
    /// Its name, without paths of this machine.
    pub name: String,
    /// The content of its documents.
    pub stored: StoredResult,
}

/// A result that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Its name, without paths of this machine.
    pub name: String,
    /// The reason.
    pub error: Error,
}

/// One file of one result. Other entries, such as links, have a row only if they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its path in the build.
    pub(crate) path: EntryPath,
    /// Length of the original in bytes.
    pub(crate) size_bytes: Option<u64>,
    /// Digest of the original.
    pub(crate) original: Option<Sha256>,
    /// Digest of the rebuild.
    pub(crate) rebuilt: Option<Sha256>,
    /// Its status.
    pub(crate) status: Status,
}

/// Renders a document. None of our templates can fail.
fn rendered(document: &impl Template) -> Vec<u8> {
    let text = document.render().expect("writing to memory cannot fail");
    text.into_bytes()
}

impl Report {
    /// The worst status of its artifacts. A result that could not be read makes it undecided.
    pub fn status(&self) -> Status {
        let unreadable = self.unreadable.iter().map(|_| Status::Undecided);
        Status::roll_up(self.artifacts.iter().map(ReportedArtifact::status).chain(unreadable))
    }

    /// The distinct lists of variations in the results.
    fn conditions(&self) -> Vec<&[Variation]> {
        let mut lists: Vec<&[Variation]> = Vec::new();
        for result in self.artifacts.iter().flat_map(|artifact| &artifact.results) {
            let list = result.stored.definition.variations.as_slice();
            if !lists.contains(&list) {
                lists.push(list);
            }
        }
        lists
    }

    /// How many artifacts have `status`.
    fn count(&self, status: Status) -> usize {
        let has = |artifact: &&ReportedArtifact| artifact.status() == status;
        self.artifacts.iter().filter(has).count()
    }

    /// The report in a sentence: `2 artifacts: 1 identical, 1 different; 1 result could not be read`.
    fn summary(&self) -> String {
        let counted = [Status::Identical, Status::Different, Status::NotBuilt, Status::Rejected];
        let counts: Vec<_> = counted
            .into_iter()
            .map(|status| (self.count(status), status))
            .filter(|(count, _)| *count > 0)
            .map(|(count, status)| format!("{count} {status}"))
            .collect();
        let mut parts = Vec::new();
        if !counts.is_empty() {
            let artifacts = plural(self.artifacts.len() as u64, "artifact", "artifacts");
            parts.push(format!("{artifacts}: {}", counts.join(", ")));
        }
        if !self.unreadable.is_empty() {
            let results = plural(self.unreadable.len() as u64, "result", "results");
            parts.push(format!("{results} could not be read"));
        }
        parts.join("; ")
    }
}

impl ReportedArtifact {
    /// The definition in the first result; all results have the same attribute, platform and source.
    pub fn definition(&self) -> &Definition {
        &self.results[0].stored.definition
    }

    /// The flake attribute without its platform suffix.
    pub(crate) fn service(&self) -> &str {
        let Definition {
            flake_attribute,
            platform,
            ..
        } = self.definition();
        flake_attribute
            .strip_suffix(platform.as_str())
            .and_then(|name| name.strip_suffix('-'))
            .unwrap_or(flake_attribute)
    }

    /// The worst status of its results; a disagreement between builders makes it different.
    pub(crate) fn status(&self) -> Status {
        let disagree = (!self.disagreements().is_empty()).then_some(Status::Different);
        Status::roll_up(self.results.iter().map(BuilderResult::status).chain(disagree))
    }

    /// The number of builders that attest to it, with documents that were not rejected.
    pub(crate) fn builders(&self) -> usize {
        let attesters = self
            .results
            .iter()
            .filter(|result| result.status() == Status::Identical)
            .filter_map(|result| result.stored.attester.as_ref());
        attesters
            .map(|attester| &attester.builder_id)
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// The size of all files of the original, in the first result.
    pub(crate) fn size_bytes(&self) -> u64 {
        let comparison = self.results[0].comparison();
        comparison.map_or(0, |comparison| comparison.counts().original_bytes)
    }

    /// Every path about which two results of this source disagree.
    pub fn disagreements(&self) -> Vec<EntryPath> {
        let mut seen: BTreeMap<&EntryPath, Vec<Option<&Node>>> = BTreeMap::new();
        // A failed build contradicts no other result.
        let compared: Vec<_> = self.results.iter().filter_map(BuilderResult::comparison).collect();
        for entry in compared.iter().flat_map(|comparison| comparison.entries()) {
            let nodes = seen.entry(&entry.path).or_default();
            nodes.push(entry.original.as_ref());
        }
        let agree =
            |nodes: &[Option<&Node>]| nodes.len() == compared.len() && nodes.iter().all(|node| *node == nodes[0]);
        seen.into_iter()
            .filter(|(_, nodes)| !agree(nodes))
            .map(|(path, _)| path.clone())
            .collect()
    }
}

impl BuilderResult {
    /// The status of these two builds.
    pub(crate) fn status(&self) -> Status {
        match (&self.stored.contradiction, &self.stored.outcome) {
            (Some(_), _) => Status::Rejected,
            (None, ComparedOrFailed::Failed(failure)) => failure.status(),
            (None, ComparedOrFailed::Compared(comparison)) => comparison.verdict().into(),
        }
    }

    /// The comparison, if both builds succeeded.
    pub(crate) fn comparison(&self) -> Option<&Comparison> {
        match &self.stored.outcome {
            ComparedOrFailed::Compared(comparison) => Some(comparison),
            ComparedOrFailed::Failed(_) => None,
        }
    }

    /// The failure, if a build failed or is not repeatable.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match &self.stored.outcome {
            ComparedOrFailed::Compared(_) => None,
            ComparedOrFailed::Failed(failure) => Some(failure),
        }
    }

    fn entries(&self) -> &[Entry] {
        self.comparison().map_or(&[], Comparison::entries)
    }

    /// Every entry that differs.
    pub(crate) fn differences(&self) -> impl Iterator<Item = &Entry> {
        self.comparison().into_iter().flat_map(Comparison::different_entries)
    }

    /// The explanations of the entry at `path`.
    pub(crate) fn explanations(&self, path: &EntryPath) -> impl Iterator<Item = &Explanation> {
        self.comparison()
            .into_iter()
            .flat_map(|comparison| comparison.explanations_of(path))
    }

    /// One row for every file, in the order of their paths.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        let rows = self.entries().iter().filter_map(Row::of);
        rows.map(|row| Row {
            status: match self.stored.contradiction {
                Some(_) => Status::Rejected,
                None => row.status,
            },
            ..row
        })
    }
}

impl Row {
    /// The row of an entry, if it is a file or differs.
    fn of(entry: &Entry) -> Option<Self> {
        let original = entry.original.as_ref().and_then(file);
        let rebuilt = entry.rebuilt.as_ref().and_then(file);
        let different = !entry.differences().is_empty();
        if original.is_none() && rebuilt.is_none() && !different {
            return None;
        }
        Some(Self {
            path: entry.path.clone(),
            size_bytes: original.map(|(size_bytes, _)| size_bytes),
            original: original.map(|(_, sha256)| sha256),
            rebuilt: rebuilt.map(|(_, sha256)| sha256),
            status: if different {
                Status::Different
            } else {
                Status::Identical
            },
        })
    }
}

fn file(node: &Node) -> Option<(u64, Sha256)> {
    match node {
        Node::File { size_bytes, sha256, .. } => Some((*size_bytes, *sha256)),
        Node::Directory {} | Node::Symlink { .. } => None,
    }
}
