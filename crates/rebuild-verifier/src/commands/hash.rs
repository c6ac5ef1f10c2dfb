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
  141  the reader of standard output went away before the end, as `head` does";

/// Print the SHA-256 of every file in trees, in the format of `sha256sum -c`
///
/// Each path begins with the PATH argument that contains it, so the list can be checked from the same folder. Only the
/// JSON form lists links and folders. For named pipes, sockets, devices, anything unreadable and anything that changes
/// while it is read, the exit code is 2 and nothing is printed.
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
