//! `man`: writes a manual page for the program and one for each command.

use std::path::PathBuf;

use build_info::BuildInfo;
use clap::{Args, Command};
use clap_mangen::Man;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};

use crate::help::{NAME, WRITING_EXIT_CODES};

/// Write the manual pages
///
/// The pages contain no date, so they are the same for the same version.
#[derive(Args)]
#[command(after_help = WRITING_EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder for rebuild-verifier.1 and a page for each command; none of them may exist yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Arguments {
    /// Writes the pages of `program`.
    pub(crate) fn run(&self, program: Command, info: &BuildInfo) -> Result<Status> {
        let mut program = program.version(info.version.clone()).disable_help_subcommand(true);
        // Propagates the global options to each command.
        program.build();
        let mut pages = vec![self.page(&program, NAME.into())?];
        for command in program.get_subcommands() {
            let name = format!("{NAME}-{}", command.get_name());
            let command = command.clone().version(info.version.clone());
            pages.push(self.page(&command, name)?);
        }
        let files: Vec<(&str, &[u8])> = pages
            .iter()
            .map(|(name, page)| (name.as_str(), page.as_slice()))
            .collect();
        Staged::new_in(&self.out, &files)?.appear()?;
        Ok(Status::Identical)
    }

    fn page(&self, command: &Command, name: String) -> Result<(String, Vec<u8>)> {
        let file = format!("{name}.1");
        let mut page = Vec::new();
        Man::new(command.clone().name(name))
            .render(&mut page)
            .map_err(|cause| Error::Write {
                path: self.out.join(&file),
                cause,
            })?;
        Ok((file, page))
    }
}
