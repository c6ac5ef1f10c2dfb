//! Renders a report as JSON (`docs/schemas/report.schema.json`), with everything that the other forms contain.

use bit_compare::comparison::{DifferenceKind, Node};
use bit_compare::explanation::Explanation;
use bit_compare::path::EntryPath;
use build_attestation::definition::{SourceId, Variation};
use serde::Serialize;
use untrusted_input::digest::Sha256;
use untrusted_input::json;

use super::{BuilderResult, Report, ReportedArtifact, Row};
use crate::status::Status;

/// The version of the report's JSON that this crate writes.
const SCHEMA_VERSION: u32 = 1;

impl Report {
    /// The report as JSON: the same bytes for the same results, with a line feed at the end.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(&DocumentJson {
            schema_version: SCHEMA_VERSION,
            status: self.status().id(),
            counts: CountsJson {
                artifacts: self.artifacts.len(),
                identical: self.count(Status::Identical),
                different: self.count(Status::Different),
                not_built: self.count(Status::NotBuilt),
                rejected: self.count(Status::Rejected),
                unreadable: self.unreadable.len(),
            },
            artifacts: self.artifacts.iter().map(artifact).collect(),
            unreadable: self
                .unreadable
                .iter()
                .map(|unreadable| UnreadableJson {
                    result: &unreadable.name,
                    why: unreadable.error.in_documents(),
                })
                .collect(),
        })
    }
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    schema_version: u32,
    status: &'static str,
    counts: CountsJson,
    artifacts: Vec<ArtifactJson<'a>>,
    unreadable: Vec<UnreadableJson<'a>>,
}

#[derive(Serialize)]
struct CountsJson {
    artifacts: usize,
    identical: usize,
    different: usize,
    not_built: usize,
    rejected: usize,
    unreadable: usize,
}

#[derive(Serialize)]
struct UnreadableJson<'a> {
    result: &'a str,
    why: String,
}

#[derive(Serialize)]
struct ArtifactJson<'a> {
    service: &'a str,
    platform: &'a str,
    flake_attribute: &'a str,
    target: &'a str,
    toolchain: &'a str,
    source: &'a SourceId,
    status: &'static str,
    builders: usize,
    disagreements: Vec<EntryPath>,
    results: Vec<BuilderResultJson<'a>>,
}

#[derive(Serialize)]
struct BuilderResultJson<'a> {
    builder: Option<&'a str>,
    rebuild_verifier: Option<&'a str>,
    status: &'static str,
    rejected: Option<&'a str>,
    failure: Option<FailureJson<'a>>,
    variations: &'a [Variation],
    files: Vec<FileJson>,
    differences: Vec<DifferenceJson<'a>>,
}

#[derive(Serialize)]
struct FailureJson<'a> {
    why: &'a str,
    log: &'a [String],
}

#[derive(Serialize)]
struct FileJson {
    path: EntryPath,
    status: &'static str,
    size_bytes: Option<u64>,
    original: Option<Sha256>,
    rebuilt: Option<Sha256>,
}

#[derive(Serialize)]
struct DifferenceJson<'a> {
    path: &'a EntryPath,
    kinds: Vec<DifferenceKind>,
    original: Option<&'a Node>,
    rebuilt: Option<&'a Node>,
    explanations: Vec<&'a Explanation>,
}

fn artifact(artifact: &ReportedArtifact) -> ArtifactJson<'_> {
    let definition = artifact.definition();
    ArtifactJson {
        service: artifact.service(),
        platform: &definition.platform,
        flake_attribute: &definition.flake_attribute,
        target: &definition.target,
        toolchain: &definition.toolchain,
        source: &definition.source,
        status: artifact.status().id(),
        builders: artifact.builders(),
        disagreements: artifact.disagreements(),
        results: artifact.results.iter().map(result).collect(),
    }
}

fn result(result: &BuilderResult) -> BuilderResultJson<'_> {
    let attester = result.stored.attester.as_ref();
    let differences = result.differences().map(|entry| DifferenceJson {
        path: &entry.path,
        kinds: entry.differences(),
        original: entry.original.as_ref(),
        rebuilt: entry.rebuilt.as_ref(),
        explanations: result.explanations(&entry.path).collect(),
    });
    BuilderResultJson {
        builder: attester.map(|attester| attester.builder_id.as_str()),
        rebuild_verifier: attester.map(|attester| attester.version.as_str()),
        status: result.status().id(),
        rejected: result.stored.contradiction.as_deref(),
        failure: result.failure().map(|failure| FailureJson {
            why: &failure.why,
            log: &failure.log,
        }),
        variations: &result.stored.definition.variations,
        files: result.rows().map(file).collect(),
        differences: differences.collect(),
    }
}

fn file(row: Row) -> FileJson {
    FileJson {
        path: row.path,
        status: row.status.id(),
        size_bytes: row.size_bytes,
        original: row.original,
        rebuilt: row.rebuilt,
    }
}
