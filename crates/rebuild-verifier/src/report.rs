//! Reads results back and says, artifact by artifact, whether the builds of everyone who made it were the same.
//!
//! What it proves: the documents of each result follow their formats and agree with each other, and the builders agree
//! about what the same source gives. What it does not: that anyone signed them, or that the artifacts at hand are the
//! ones they speak of.

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
pub use json::SCHEMA_VERSION;

/// What several results say.
#[derive(Debug)]
pub struct Report {
    /// What was built, sorted by flake attribute, platform and source.
    pub artifacts: Vec<ReportedArtifact>,
    /// Results that say nothing, in the order in which they were found.
    pub unreadable: Vec<Unreadable>,
}

/// One flake attribute of one source, and what each builder says of it.
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
    /// Its name, without where it lies on this machine.
    pub name: String,
    /// What its documents say.
    pub stored: StoredResult,
}

/// A result that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Its name, without where it lies on this machine.
    pub name: String,
    /// Why.
    pub error: Error,
}

/// One file of one result; whatever is not a file (a link, say) counts where it differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The file's path in what was built.
    pub path: EntryPath,
    /// Length of the original in bytes.
    pub size_bytes: Option<u64>,
    /// Digest of the original.
    pub original: Option<Sha256>,
    /// Digest of the rebuild.
    pub rebuilt: Option<Sha256>,
    /// What is known about it.
    pub status: Status,
}

/// A document whose templates name nothing that can fail.
fn rendered(document: &impl Template) -> Vec<u8> {
    let text = document.render().expect("writing to memory cannot fail");
    text.into_bytes()
}

impl Report {
    /// The worst status of its artifacts; a result that could not be read keeps the whole from being decided.
    pub fn status(&self) -> Status {
        let unreadable = self.unreadable.iter().map(|_| Status::Undecided);
        Status::roll_up(self.artifacts.iter().map(ReportedArtifact::status).chain(unreadable))
    }

    /// Every list of variations that the results have, each once.
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

    /// The whole report in a sentence: `2 artifacts: 1 identical, 1 different; 1 result could not be read`.
    fn summary(&self) -> String {
        let known = [Status::Identical, Status::Different, Status::NotBuilt, Status::Rejected];
        let counts: Vec<_> = known
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
    /// What was built; all results have the same attribute, platform and source.
    pub fn definition(&self) -> &Definition {
        &self.results[0].stored.definition
    }

    /// The flake attribute without the platform at its end.
    pub fn service(&self) -> &str {
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

    /// The worst status of its results; builders that disagree make it different.
    pub fn status(&self) -> Status {
        let disagree = (!self.disagreements().is_empty()).then_some(Status::Different);
        Status::roll_up(self.results.iter().map(BuilderResult::status).chain(disagree))
    }

    /// How many builders attest to it, with documents that were not rejected.
    pub fn builders(&self) -> usize {
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

    /// The bytes of all files of the original, as the first result has them.
    pub fn size_bytes(&self) -> u64 {
        let comparison = self.results[0].comparison();
        comparison.map_or(0, |comparison| comparison.counts().original_bytes)
    }

    /// Every path about which two results disagree, although both were built from this source.
    pub fn disagreements(&self) -> Vec<EntryPath> {
        let mut seen: BTreeMap<&EntryPath, Vec<Option<&Node>>> = BTreeMap::new();
        // Who has built nothing contradicts nobody.
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
    /// What is known about these two builds.
    pub fn status(&self) -> Status {
        match (&self.stored.contradiction, &self.stored.found) {
            (Some(_), _) => Status::Rejected,
            (None, ComparedOrFailed::Failed(failure)) => failure.status(),
            (None, ComparedOrFailed::Compared(comparison)) => comparison.verdict().into(),
        }
    }

    /// How the two builds compare, if there are two.
    pub fn comparison(&self) -> Option<&Comparison> {
        match &self.stored.found {
            ComparedOrFailed::Compared(comparison) => Some(comparison),
            ComparedOrFailed::Failed(_) => None,
        }
    }

    /// Why there is nothing to compare, if there is not.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.stored.found {
            ComparedOrFailed::Compared(_) => None,
            ComparedOrFailed::Failed(failure) => Some(failure),
        }
    }

    fn entries(&self) -> &[Entry] {
        self.comparison().map_or(&[], Comparison::entries)
    }

    /// Every entry that differs.
    pub fn differences(&self) -> impl Iterator<Item = &Entry> {
        self.comparison().into_iter().flat_map(Comparison::different_entries)
    }

    /// Why the entry at `path` differs, as far as that is known.
    pub fn explanations(&self, path: &EntryPath) -> impl Iterator<Item = &Explanation> {
        self.comparison()
            .into_iter()
            .flat_map(|comparison| comparison.explanations_of(path))
    }

    /// One row for every file, in the order of their paths.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
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
    /// What there is to say of an entry as a file, if it is one or differs.
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
