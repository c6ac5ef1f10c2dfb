//! `report`: what several results say, on one page.

use std::path::PathBuf;

use clap::Args;
use rebuild_verifier::report::Report;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, text};

use crate::cli::EXIT_CODES;
use crate::console::{self, Console};

/// Print what results say: artifact, platform, size, both digests, verdict
///
/// Checks that both documents of each result are valid and agree with each other. Does not check signatures, and does not
/// read the artifacts.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folders that `rebuild-verifier attest` wrote
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let (mut rows, mut statuses) = (Vec::new(), Vec::new());
        for folder in &self.results {
            match Report::read(folder) {
                Ok(report) => {
                    if let Some(why) = &report.rejected {
                        console::complain(&format!(
                            "rejected {folder:?}: {why}; attest again, and do not edit what it writes"
                        ));
                    }
                    statuses.push(report.status());
                    rows.extend(report.rows);
                }
                Err(error) => {
                    console::complain(&error.to_string());
                    statuses.push(Status::Undecided);
                }
            }
        }
        rows.sort_by(|one, other| {
            (&one.flake_attribute, &one.path).cmp(&(&other.flake_attribute, &other.path))
        });
        console.say(&text::report(&rows, console.colors(), console::columns()))?;
        Ok(Status::roll_up(statuses))
    }
}
