//! `hash`: the digest of every file in a tree.

use std::path::PathBuf;

use bit_compare::manifest::Manifest;
use clap::Args;
use rebuild_verifier::Result;
use rebuild_verifier::status::Status;

use crate::console;

const EXIT_CODES: &str = "\
Exit codes:
  0  every file was read
  2  could not decide: bad arguments, something unreadable, changing or without content, an argument without any file
  141  whoever read standard output went away before the end, as `head` does";

/// Print the SHA-256 of every file in trees, as `sha256sum -c` checks it
///
/// Paths begin with the PATH that they were found under, so that the list can be checked from the same folder. Links and
/// folders are in the JSON form only. Named pipes, sockets, devices, anything unreadable and anything that changes
/// meanwhile: could not decide, and nothing is printed.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Files and trees
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON, with folders, links, sizes and executable bits
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<Status> {
        let manifest = Manifest::read(&self.paths)?;
        console::show(&if self.json {
            manifest.to_json()
        } else {
            manifest.to_text()
        })?;
        Ok(Status::Identical)
    }
}
