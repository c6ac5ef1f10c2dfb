//! `inspect`: what an executable says about itself.

use std::path::PathBuf;

use clap::Args;
use rebuild_verifier::comparison_text::shell_word;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, inspecting};

use crate::console::{self, Console};

const EXIT_CODES: &str = "\
Exit codes:
  0  read, whatever it says
  2  could not decide: bad arguments, not an executable, or a damaged one
  141  whoever read standard output went away before the end, as `head` does";

/// Print what an executable says about itself, without running it
///
/// ELF, PE, Mach-O and WebAssembly: the stamp of its build, compilers, architecture, linkage, libraries, the least glibc and
/// CPU level that it needs, the crates that it was made of (as cargo-auditable lists them), paths of the machine that built
/// it, its signature. What is not recorded in it is never guessed, and nothing is verified.
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
