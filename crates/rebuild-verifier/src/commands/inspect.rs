//! `inspect`: shows what an executable reveals about itself.

use std::path::PathBuf;

use clap::Args;
use rebuild_verifier::comparison_text::shell_word;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, inspecting};

use crate::console::{self, Console};

const EXIT_CODES: &str = "\
Exit codes:
  0  the executable was read, whatever it contains
  2  could not decide: bad arguments, not an executable, or a damaged one
  141  the reader of standard output went away before the end, as `head` does";

/// Print what an executable reveals about itself, without running it
///
/// For ELF, PE, Mach-O and WebAssembly: the build stamp, compilers, architecture, linkage, libraries, the minimum glibc
/// and CPU level, the crates in it (listed as cargo-auditable does), sanitizers and coverage, paths of the build
/// machine, its signature. Prints only what is recorded in the file, never guesses, and verifies nothing.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The executable
    binary: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let inspection = inspecting::inspect(&self.binary)?;
        if self.json {
            console::show(&inspection.to_json())?;
        } else {
            console.say(&inspection.to_text(&shell_word(&self.binary)))?;
        }
        Ok(Status::Identical)
    }
}
