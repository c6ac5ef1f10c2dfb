//! `compare`: two builds, byte for byte.

use std::path::{Path, PathBuf};

use clap::Args;
use rebuild_verifier::compare::Pair;
use rebuild_verifier::status::Status;
use rebuild_verifier::text::{self, Colors};
use rebuild_verifier::{Result, atomic};

use crate::cli::EXIT_CODES;
use crate::console::{self, Console};

/// Compare two files or two trees, byte for byte
///
/// Everything must be the same: every byte of every file, relative paths, types, the owner's executable bit, the targets
/// of symbolic links (which are never followed inside a tree; ORIGINAL and REBUILT themselves may be links). Named pipes,
/// sockets, devices, anything unreadable and anything that changes meanwhile: could not decide. So is giving the same
/// object twice, and comparing two trees without a single file.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The file or tree to compare with
    original: PathBuf,
    /// The file or tree that was built again
    rebuilt: PathBuf,
    /// Write comparison.json to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let Self {
            original,
            rebuilt,
            json,
        } = self;
        let pair = Pair::read(original, rebuilt)?;
        let to_stdout = json.as_deref() == Some(Path::new("-"));
        let file = json.as_deref().filter(|_| !to_stdout);
        if let Some(file) = file {
            pair.refuse_inside(file)?;
        }
        let comparison = pair.compare()?;
        if let Some(file) = file {
            atomic::replace(file, &comparison.to_json())?;
        }
        if to_stdout {
            console::print(&comparison.to_json())?;
            console.say_aside(&text::comparison(
                &comparison,
                Colors(false),
                original,
                rebuilt,
            ));
        } else {
            console.say(&text::comparison(
                &comparison,
                console.colors(),
                original,
                rebuilt,
            ))?;
        }
        Ok(comparison.verdict().into())
    }
}
