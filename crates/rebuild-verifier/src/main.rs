//! The program: parses arguments, runs the command, and turns the outcome into an exit code.

mod cli;
mod commands;
mod console;

use std::process::ExitCode;

use build_info::Stamp;
use rebuild_verifier::status::Status;

use cli::Cli;

static STAMP: Stamp = build_info::stamp!();

fn main() -> ExitCode {
    let status = run().unwrap_or_else(|error| {
        console::complain(&error.to_string());
        Status::Undecided
    });
    ExitCode::from(status.exit_code())
}

fn run() -> Result<Status, Box<dyn std::error::Error>> {
    let info = STAMP.info()?;
    Ok(match Cli::parse_with(&info) {
        Ok(cli) => cli.run(&info),
        Err(usage) => console::explain(&usage),
    }?)
}
