//! `report`: what several results say, on one page.

use std::path::{Path, PathBuf};

use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::report::{Report, Results};
use rebuild_verifier::result::ResultDocument;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};

use super::common::{OutputDocument, claim, deliver};
use crate::console::{self, Console};
use crate::help::EXIT_CODES;

/// Print what results say: artifact, platform, builder, size, both digests, verdict
///
/// Checks that the documents of each result are valid and agree with each other, and that all builders of one source
/// agree about what it gives. Does not check signatures, and does not read the artifacts. A result that cannot be read
/// is named, and keeps the whole from being decided.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folders that `rebuild-verifier attest` wrote, or folders of such folders
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
    /// Write one self-contained page to FILE, or to standard output for `-`
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

/// How a report becomes a document.
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

    /// Every document that is wanted, and where; none would be taken for a result the next time.
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

/// Whatever is wrong beyond two builds that differ.
fn complain(report: &Report) {
    for unreadable in &report.unreadable {
        console::complain(&unreadable.error.to_string());
    }
    for artifact in &report.artifacts {
        for result in &artifact.results {
            if let Some(why) = &result.stored.contradiction {
                console::complain(&format!(
                    "rejected {:?}: {why}; attest again, and do not edit what it writes",
                    result.folder
                ));
            }
        }
        for path in artifact.disagreements() {
            console::complain(&format!(
                "builders disagree about {} {path}, built from the same source; compare what they built to find out why",
                artifact.definition().flake_attribute
            ));
        }
    }
}
