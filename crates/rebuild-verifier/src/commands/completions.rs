//! `completions`: prints a shell's completion script.

use clap::{Args, Command};
use clap_complete::Shell;
use rebuild_verifier::Result;
use rebuild_verifier::status::Status;

use crate::console;
use crate::help::{NAME, WRITING_EXIT_CODES};

/// Print a completion script for a shell
///
/// For this session: `source <(rebuild-verifier completions bash)`.
#[derive(Args)]
#[command(after_help = WRITING_EXIT_CODES)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Arguments {
    /// Prints the script for `program`.
    pub(crate) fn run(&self, mut program: Command) -> Result<Status> {
        // Generate in memory, because the generator panics on a closed pipe.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, NAME, &mut script);
        console::print(&script)?;
        Ok(Status::Identical)
    }
}
