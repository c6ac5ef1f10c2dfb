//! `report`: what several results say, on one page.

use std::path::PathBuf;

use clap::Args;
use rebuild_verifier::Result;
use rebuild_verifier::report::Report;
use rebuild_verifier::status::Status;

use crate::cli::EXIT_CODES;
use crate::console::{self, Console};

/// Print what results say: artifact, platform, builder, size, both digests, verdict
///
/// Checks that the documents of each result are valid and agree with each other, and that all builders of one source
/// agree about what it gives. Does not check signatures, and does not read the artifacts.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folders that `rebuild-verifier attest` wrote, or folders of such folders
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let report = Report::gather(&self.results);
        complain(&report);
        console.say(&report.to_text(console.colors(), console::columns()))?;
        Ok(report.status())
    }
}

/// Whatever is wrong beyond two builds that differ.
fn complain(report: &Report) {
    for unreadable in &report.unreadable {
        console::complain(&unreadable.error.to_string());
    }
    for artifact in &report.artifacts {
        for outcome in &artifact.results {
            if let Some(why) = &outcome.rejected {
                console::complain(&format!(
                    "rejected {:?}: {why}; attest again, and do not edit what it writes",
                    outcome.folder
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
