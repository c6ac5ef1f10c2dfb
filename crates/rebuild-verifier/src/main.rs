//! The program: parses arguments, runs the command, and returns the exit code.

mod cli;
mod commands;
mod console;
mod help;
mod progress;

use std::io::ErrorKind;
use std::process::ExitCode;

use build_info::Stamp;
use rebuild_verifier::Error;
use rebuild_verifier::status::Status;

use cli::Cli;

/// The exit code that shells report for a program ended by Ctrl-C (SIGINT).
const CANCELLED: u8 = 130;
/// The exit code that shells report for a program ended by a closed pipe (SIGPIPE).
const BROKEN_PIPE: u8 = 141;

static STAMP: Stamp = build_info::stamp!();

fn main() -> ExitCode {
    match run() {
        Ok(status) => ExitCode::from(status.exit_code()),
        // The reader closed the pipe on purpose, so there is no message.
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::from(BROKEN_PIPE),
        Err(error) => {
            console::complain(&error.to_string());
            match error.downcast_ref() {
                Some(Error::Cancelled) => ExitCode::from(CANCELLED),
                _ => ExitCode::from(Status::Undecided.exit_code()),
            }
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(Error::Stdout(cause)) if cause.kind() == ErrorKind::BrokenPipe)
}

fn run() -> Result<Status, Box<dyn std::error::Error>> {
    let info = STAMP.info()?;
    Ok(match Cli::parse_with(&info) {
        Ok(cli) => cli.run(&info),
        Err(usage) => console::explain(&usage),
    }?)
}
