//! The command line: the table of commands, and their common options.

use build_info::BuildInfo;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use rebuild_verifier::Result;
use rebuild_verifier::status::Status;

use crate::commands::{attest, audit, compare, completions, hash, inspect, keygen, man, rebuild, report, sign, verify};
use crate::console::Console;
use crate::help::{EXIT_CODES, NAME};

/// Compare two builds bit for bit, and attest to those that are identical.
#[derive(Parser)]
#[command(name = NAME, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    console: Console,
    #[command(subcommand)]
    command: Command,
}

/// Every command. Each has its own module in `commands/`.
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
    /// Parses this process's arguments; `--version` prints all of `info`.
    pub(crate) fn parse_with(info: &BuildInfo) -> Result<Self, clap::Error> {
        let text = info.to_string();
        // clap itself puts the name before the version.
        let version = text.strip_prefix(NAME).unwrap_or(&text).trim_start();
        Self::from_arg_matches(&Self::command().version(version.to_owned()).try_get_matches()?)
    }

    /// Runs the chosen command.
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
            Command::Completions(arguments) => arguments.run(Self::command()),
            Command::Man(arguments) => arguments.run(Self::command(), info),
        }
    }
}
