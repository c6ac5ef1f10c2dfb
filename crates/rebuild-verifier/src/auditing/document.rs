//! Writes an audit as JSON (`docs/schemas/audit.schema.json`).

use bit_compare::comparison::DifferenceKind;
use bit_compare::path::EntryPath;
use build_attestation::definition::SourceId;
use build_attestation::verify::Requirement;
use serde::Serialize;
use untrusted_input::digest::Sha256;
use untrusted_input::json;

use super::{Audit, PublishedFile, Undecided};
use crate::status::Status;

/// The version of the JSON that this crate writes.
const SCHEMA_VERSION: u32 = 1;

/// The audit of a release.
#[derive(Debug, Default)]
pub struct ReleaseAudit {
    /// The audit of each attestation.
    pub audits: Vec<Audit>,
    /// Attestations that could not be audited.
    pub undecided: Vec<Undecided>,
    /// Files that no attestation names.
    pub unattested: Vec<EntryPath>,
}

impl ReleaseAudit {
    /// The worst status of all. Undecided attestations and unattested files make it undecided.
    pub fn status(&self) -> Status {
        let undecided = self.undecided.iter().map(|_| Status::Undecided);
        let unattested = self.unattested.iter().map(|_| Status::NotChecked);
        let audits = self.audits.iter().map(Audit::status);
        Status::roll_up(audits.chain(undecided).chain(unattested))
    }

    /// The audit as JSON: the same bytes for the same findings.
    pub fn to_json(&self) -> Vec<u8> {
        let undecided = |one: &Undecided| UndecidedJson {
            attestation: one.attestation.clone(),
            flake_attribute: one.flake_attribute.clone(),
            why: one.error.in_documents(),
        };
        json::write(&ReleaseAuditJson {
            schema_version: SCHEMA_VERSION,
            status: self.status().id(),
            audits: self.audits.iter().map(AuditJson::from).collect(),
            undecided: self.undecided.iter().map(undecided).collect(),
            unattested: &self.unattested,
        })
    }
}

#[derive(Serialize)]
struct ReleaseAuditJson<'a> {
    schema_version: u32,
    status: &'static str,
    audits: Vec<AuditJson<'a>>,
    undecided: Vec<UndecidedJson>,
    unattested: &'a [EntryPath],
}

#[derive(Serialize)]
struct UndecidedJson {
    attestation: String,
    flake_attribute: String,
    why: String,
}

#[derive(Serialize)]
struct AuditJson<'a> {
    attestation: &'a str,
    flake_attribute: &'a str,
    platform: &'a str,
    source: &'a SourceId,
    status: &'static str,
    files: Vec<PublishedFileJson<'a>>,
    requirements: &'a [Requirement],
    differences: Vec<AuditDifferenceJson<'a>>,
}

#[derive(Serialize)]
struct PublishedFileJson<'a> {
    path: &'a EntryPath,
    sha256: Sha256,
}

#[derive(Serialize)]
struct AuditDifferenceJson<'a> {
    between: &'a str,
    path: &'a EntryPath,
    kinds: Vec<DifferenceKind>,
}

impl<'a> From<&'a Audit> for AuditJson<'a> {
    fn from(audit: &'a Audit) -> Self {
        let definition = &audit.published.definition;
        let file = |file: &'a PublishedFile| PublishedFileJson {
            path: &file.path,
            sha256: file.sha256,
        };
        let differences = audit.differences.iter().flat_map(|difference| {
            let entries = difference.comparison.entries().iter();
            let different = entries.filter(|entry| !entry.differences().is_empty());
            different.map(|entry| AuditDifferenceJson {
                between: difference.between.as_str(),
                path: difference.path.as_ref().unwrap_or(&entry.path),
                kinds: entry.differences(),
            })
        });
        Self {
            attestation: &audit.published.name,
            flake_attribute: &definition.flake_attribute,
            platform: &definition.platform,
            source: &definition.source,
            status: audit.status().id(),
            files: audit.published.files.iter().map(file).collect(),
            requirements: &audit.requirements,
            differences: differences.collect(),
        }
    }
}
