//! The command line: the table of commands, and what they have in common.

use build_info::BuildInfo;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use rebuild_verifier::Result;
use rebuild_verifier::status::Status;

use crate::commands::{
    attest, audit, compare, completions, hash, inspect, keygen, man, rebuild, report, sign, verify,
};
use crate::console::Console;

/// This program's name, before each of its messages.
pub(crate) const NAME: &str = "rebuild-verifier";

macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  the same: every byte, path, type, executable bit and link target; or verified, or done
  1  different, or rejected
  2  could not decide: bad arguments or input, something unreadable, an output that could not be written
  141  whoever read standard output went away before the end, as `head` does"
    };
}

/// At the end of every help.
pub(crate) const EXIT_CODES: &str = exit_codes!();

/// At the end of the help of a command that builds.
pub(crate) const BUILDING_EXIT_CODES: &str = concat!(
    exit_codes!(),
    "\n  130  cancelled by a signal, as by Ctrl-C: the build was ended, and nothing more was written"
);

/// At the end of the help of a command that decides nothing and only writes.
pub(crate) const WRITING_EXIT_CODES: &str = "\
Exit codes:
  0  written
  2  bad arguments, or an output that could not be written
  141  whoever read standard output went away before the end, as `head` does";

/// Compares two builds bit for bit, and attests to those that are the same.
#[derive(Parser)]
#[command(name = NAME, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    console: Console,
    #[command(subcommand)]
    command: Command,
}

/// Every command; each is a module of its own in `commands/`.
#[derive(Subcommand)]
enum Command {
    Compare(compare::Arguments),
    Hash(hash::Arguments),
    Inspect(inspect::Arguments),
    Attest(attest::Arguments),
    Keygen(keygen::Arguments),
    Sign(sign::Arguments),
    Verify(verify::Arguments),
    Rebuild(rebuild::Arguments),
    Audit(audit::Arguments),
    Report(report::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl Cli {
    /// Parses this process's arguments; `--version` answers with the whole of `info`.
    pub(crate) fn parse_with(info: &BuildInfo) -> Result<Self, clap::Error> {
        let text = info.to_string();
        // clap puts the name before the version itself.
        let version = text.strip_prefix(NAME).unwrap_or(&text).trim_start();
        Self::from_arg_matches(
            &Self::command()
                .version(version.to_owned())
                .try_get_matches()?,
        )
    }

    /// Does what the arguments ask for.
    pub(crate) fn run(&self, info: &BuildInfo) -> Result<Status> {
        let console = &self.console;
        match &self.command {
            Command::Compare(arguments) => arguments.run(console),
            Command::Hash(arguments) => arguments.run(),
            Command::Inspect(arguments) => arguments.run(console),
            Command::Attest(arguments) => arguments.run(console, info),
            Command::Keygen(arguments) => arguments.run(console),
            Command::Sign(arguments) => arguments.run(console),
            Command::Verify(arguments) => arguments.run(console, info),
            Command::Rebuild(arguments) => arguments.run(console, info),
            Command::Audit(arguments) => arguments.run(console, info),
            Command::Report(arguments) => arguments.run(console),
            Command::Completions(arguments) => arguments.run(),
            Command::Man(arguments) => arguments.run(info),
        }
    }
}
