//! Renders a report as GitHub-flavoured Markdown for CI summaries: a row for each artifact, and details about problems.

use std::fmt::Write as _;

use bit_compare::comparison::Entry;
use untrusted_input::spelling::plural;

use super::escape::{code_span, html};
use super::words::describe;
use super::{BuilderResult, Report, ReportedArtifact, Row};
use crate::comparison_text::{location, node, size, summary};
use crate::status::Status;

/// The maximum number of differences listed for one result; CI summaries have a size limit.
const MOST_DIFFERENCES: usize = 50;

/// The maximum number of explanations listed for one entry; causes come first.
const MOST_EXPLANATIONS: usize = 5;

impl Report {
    /// The report as Markdown: the same text for the same results.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("## Rebuild report: {}\n\n", self.status());
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{}.", self.summary());
        if !self.artifacts.is_empty() {
            text.push_str("\n| Service | Platform | Verdict | Builders | Size | SHA-256 |\n");
            text.push_str("|---|---|---|--:|--:|---|\n");
        }
        for artifact in &self.artifacts {
            push_row(&mut text, artifact);
        }
        for artifact in &self.artifacts {
            if artifact.status() != Status::Identical {
                push_details(&mut text, artifact);
            }
        }
        if !self.unreadable.is_empty() {
            text.push_str("\n### Could not be read\n\n");
        }
        for unreadable in &self.unreadable {
            let (name, why) = (code_span(&unreadable.name), code_span(unreadable.error.in_documents()));
            let _ = writeln!(text, "- {name}: {why}");
        }
        text
    }
}

fn mark(status: Status) -> &'static str {
    match status {
        Status::Identical => "✅",
        Status::Different | Status::IdenticalWithoutSignatures | Status::NotBuilt | Status::Rejected => "❌",
        Status::Undecided | Status::NotChecked => "❔",
    }
}

fn push_row(text: &mut String, artifact: &ReportedArtifact) {
    let status = artifact.status();
    let rows: Vec<Row> = artifact.results[0].rows().collect();
    let digest = match rows.as_slice() {
        [row] if status == Status::Identical => row.original.map(code_span).unwrap_or_default(),
        rows => plural(rows.len() as u64, "file", "files"),
    };
    let _ = writeln!(
        text,
        "| {} | {} | {} {status} | {} | {} | {digest} |",
        code_span(artifact.service()),
        code_span(&artifact.definition().platform),
        mark(status),
        artifact.builders(),
        size(artifact.size_bytes()),
    );
}

fn push_details(text: &mut String, artifact: &ReportedArtifact) {
    let _ = writeln!(
        text,
        "\n### {} for {}\n",
        code_span(artifact.service()),
        code_span(&artifact.definition().platform)
    );
    let _ = writeln!(
        text,
        "Source {}, attribute {}.\n",
        code_span(&artifact.definition().source.revision),
        code_span(&artifact.definition().flake_attribute)
    );
    for path in artifact.disagreements() {
        let _ = writeln!(text, "- the builders disagree about {}", code_span(path));
    }
    for result in &artifact.results {
        if result.status() != Status::Identical {
            push_outcome(text, result);
        }
    }
}

fn push_outcome(text: &mut String, result: &BuilderResult) {
    if let Some(why) = &result.stored.contradiction {
        let _ = writeln!(text, "- {}: rejected, {}", code_span(result.builder()), code_span(why));
        return;
    }
    if let Some(failure) = result.failure() {
        let _ = writeln!(text, "- {}: {}", failure.status(), code_span(&failure.why));
        return;
    }
    let count = result.differences().count();
    let _ = writeln!(
        text,
        "<details><summary>{}: {}</summary>\n",
        html(&result.builder()),
        plural(count as u64, "entry differs", "entries differ")
    );
    for entry in result.differences().take(MOST_DIFFERENCES) {
        push_difference(text, result, entry);
    }
    if count > MOST_DIFFERENCES {
        let _ = writeln!(text, "- and {} more", count - MOST_DIFFERENCES);
    }
    text.push_str("\n</details>\n");
}

fn push_difference(text: &mut String, result: &BuilderResult, entry: &Entry) {
    let kinds: Vec<_> = entry.differences().iter().map(describe).collect();
    let _ = writeln!(
        text,
        "- {}: {}\n  - original: {}\n  - rebuilt: {}",
        code_span(&entry.path),
        kinds.join("; "),
        code_span(node(entry.original.as_ref())),
        code_span(node(entry.rebuilt.as_ref()))
    );
    let explanations: Vec<_> = result.explanations(&entry.path).collect();
    for explanation in explanations.iter().take(MOST_EXPLANATIONS) {
        let _ = writeln!(
            text,
            "  - {}: {}",
            code_span(location(explanation)),
            summary(explanation)
        );
        if let Some(likely) = &explanation.cause {
            // Both are untrusted text from the document.
            let (cause, fix) = (code_span(&likely.cause), code_span(&likely.fix));
            let _ = writeln!(text, "    - cause ({}): {cause}\n    - fix: {fix}", likely.confidence);
        }
    }
    if explanations.len() > MOST_EXPLANATIONS {
        let more = explanations.len() - MOST_EXPLANATIONS;
        let _ = writeln!(text, "  - and {more} more explanations");
    }
}
