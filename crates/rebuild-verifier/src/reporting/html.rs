//! Renders a report or a comparison as one HTML page. It loads nothing, executes nothing, and can be read without
//! colours.
//!
//! The markup is in `templates/`; this module provides its values.

mod listed;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bit_compare::comparison::{Comparison, Level};
use build_attestation::definition::Variation;
use sha2::Digest as _;
use untrusted_input::spelling::plural;

use super::{BuilderResult, Report, ReportedArtifact, Row, rendered};
use crate::comparison_text::size;
use crate::result::ComparedOrFailed;
use crate::status::Status;
use listed::{Differences, Files};

const STYLE: &str = include_str!("../../templates/page.css");

/// The page about several results.
#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    status: Status,
    report: &'a Report,
    conditions: Conditions<'a>,
}

/// The page about one comparison.
#[derive(Template)]
#[template(path = "comparison.html")]
struct ComparisonPage<'a> {
    status: Status,
    sentence: String,
    level: Level,
    differences: Option<Differences<'a>>,
    files: Files,
}

impl Report {
    /// The report as a page: the same bytes for the same results.
    pub fn to_html(&self) -> Vec<u8> {
        rendered(&ReportPage {
            status: self.status(),
            report: self,
            conditions: Conditions {
                lists: self.conditions(),
            },
        })
    }
}

/// The comparison as a page, which `compare --html` writes: the same bytes for the same comparison.
pub fn comparison_page(comparison: &Comparison) -> Vec<u8> {
    rendered(&ComparisonPage {
        status: comparison.verdict().into(),
        sentence: sentence(comparison),
        level: comparison.level(),
        differences: Differences::of(comparison),
        files: Files::of(comparison.entries().iter().filter_map(Row::of)),
    })
}

/// `1 of 3 entries differ; 2 files, 1.2 MB (1200000 bytes) against 2 files, 1.2 MB (1200000 bytes)`.
fn sentence(comparison: &Comparison) -> String {
    let counts = comparison.counts();
    let side = |files: usize, bytes| {
        let files = plural(files as u64, "file", "files");
        format!("{files}, {}", size(bytes))
    };
    format!(
        "{} of {} differ; {} against {}",
        comparison.different_entries().count(),
        plural(comparison.entries().len() as u64, "entry", "entries"),
        side(counts.original_files, counts.original_bytes),
        side(counts.rebuilt_files, counts.rebuilt_bytes),
    )
}

/// The digest of the style, for the Content-Security-Policy in the page's head.
fn style_digest() -> String {
    STANDARD.encode(sha2::Sha256::digest(STYLE))
}

/// `2 conditions`.
fn conditions(variations: &[Variation]) -> String {
    plural(variations.len() as u64, "condition", "conditions")
}

/// Every list of variations in a report.
struct Conditions<'a> {
    lists: Vec<&'a [Variation]>,
}

impl Conditions<'_> {
    /// The number of a result's list, counted from 1.
    fn number_of(&self, result: &BuilderResult) -> Option<usize> {
        let list = result.stored.definition.variations.as_slice();
        let index = self.lists.iter().position(|other| *other == list)?;
        Some(index + 1)
    }
}

impl ReportPage<'_> {
    fn sources(&self) -> BTreeSet<&str> {
        let artifacts = self.report.artifacts.iter();
        artifacts
            .map(|artifact| artifact.definition().source.revision.as_str())
            .collect()
    }

    fn builders(&self) -> BTreeSet<&str> {
        let artifacts = self.report.artifacts.iter();
        artifacts
            .flat_map(|artifact| &artifact.results)
            .filter_map(|result| result.stored.attester.as_ref())
            .map(|attester| attester.builder_id.as_str())
            .collect()
    }

    fn platforms(&self) -> BTreeSet<&str> {
        let artifacts = self.report.artifacts.iter();
        artifacts
            .map(|artifact| artifact.definition().platform.as_str())
            .collect()
    }

    fn services(&self) -> BTreeSet<&str> {
        self.report.artifacts.iter().map(ReportedArtifact::service).collect()
    }

    /// The artifacts of one service for one platform, each with its number on the page.
    fn numbered(&self, service: &str, platform: &str) -> Vec<(usize, &ReportedArtifact)> {
        let artifacts = self.report.artifacts.iter().enumerate();
        artifacts
            .filter(|(_, artifact)| artifact.service() == service && artifact.definition().platform == platform)
            .map(|(index, artifact)| (index + 1, artifact))
            .collect()
    }
}

impl ReportedArtifact {
    fn size(&self) -> String {
        size(self.size_bytes())
    }

    fn builders_counted(&self) -> String {
        plural(self.builders() as u64, "builder", "builders")
    }

    fn build_command(&self) -> String {
        format!("nix build .#{}", self.definition().flake_attribute)
    }
}

impl Row {
    fn size(&self) -> String {
        self.size_bytes.map_or("no file".into(), size)
    }
}

/// The look of a verdict: its word, and besides it a shape and a colour.
impl Status {
    fn capitalized(self) -> String {
        let text = self.to_string();
        let (first, rest) = text.split_at(1);
        first.to_uppercase() + rest
    }

    fn class(self) -> &'static str {
        match self {
            Self::Identical => "good",
            Self::Different | Self::IdenticalWithoutSignatures | Self::NotBuilt | Self::Rejected => "bad",
            Self::Undecided | Self::NotChecked => "unknown",
        }
    }

    fn shape(self) -> &'static str {
        match self {
            Self::Identical => "#shape-identical",
            Self::Different | Self::IdenticalWithoutSignatures => "#shape-different",
            Self::Rejected | Self::NotBuilt => "#shape-rejected",
            Self::Undecided | Self::NotChecked => "#shape-unknown",
        }
    }
}
