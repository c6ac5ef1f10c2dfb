//! `report`: summarises several results on one page.

use std::path::{Path, PathBuf};

use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::reporting::{Report, Results};
use rebuild_verifier::result::ResultDocument;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};

use super::common::{OutputDocument, claim, deliver};
use crate::console::{self, Console};
use crate::help::EXIT_CODES;

/// Print results as a table: artifact, platform, builder, size, both digests, verdict
///
/// Checks that the documents of each result are valid and agree with each other, and that all builders of one source
/// got the same files. Does not check signatures, and does not read the artifacts. A result that cannot be read
/// is named, and makes the exit code 2.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folders written by `rebuild-verifier attest`, or folders of such folders
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
    /// Write a self-contained HTML page to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write everything as JSON to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write JUnit XML, which CI servers read, to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a summary in GitHub-flavoured Markdown to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// Renders a report as a document.
type Render = fn(&Report) -> Vec<u8>;

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let results = Results::find(&self.results);
        let outputs = self.outputs()?;
        let paths: Vec<_> = outputs.iter().map(|(path, _)| *path).collect();
        claim(&results.folders(), &paths)?;
        let report = results.read();
        complain(&report);
        let report = &report;
        let documents: Vec<_> = outputs
            .into_iter()
            .map(|(path, render)| OutputDocument::new(path, move || render(report)))
            .collect();
        deliver(console, &documents, Staged::default(), |colors| {
            report.to_text(colors, console::columns())
        })?;
        Ok(report.status())
    }

    /// The requested documents and their paths. None may have the name of a result's document, or the next run would
    /// read it as one.
    fn outputs(&self) -> Result<Vec<(&Path, Render)>> {
        let renders: [(&Option<PathBuf>, Render); 4] = [
            (&self.html, Report::to_html),
            (&self.json, Report::to_json),
            (&self.junit, Report::to_junit),
            (&self.markdown, |report| report.to_markdown().into_bytes()),
        ];
        let mut outputs: Vec<(&Path, Render)> = Vec::new();
        for (file, render) in renders {
            let Some(file) = file else { continue };
            if ResultDocument::is_any(file) {
                return Err(Error::WillNotReplace {
                    path: file.clone(),
                    why: "a document of a result has this name; name another file",
                });
            }
            outputs.push((file, render));
        }
        Ok(outputs)
    }
}

/// Prints every problem besides two builds that differ.
fn complain(report: &Report) {
    for unreadable in &report.unreadable {
        console::complain(&unreadable.error.to_string());
    }
    for artifact in &report.artifacts {
        for result in &artifact.results {
            if let Some(why) = &result.stored.contradiction {
                console::complain(&format!(
                    "rejected {:?}: {why}; attest again, and do not edit the documents",
                    result.folder
                ));
            }
        }
        for path in artifact.disagreements() {
            console::complain(&format!(
                "builders disagree about {} {path}, built from the same source; compare their builds to find out why",
                artifact.definition().flake_attribute
            ));
        }
    }
}
