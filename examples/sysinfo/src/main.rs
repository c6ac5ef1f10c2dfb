//! The executable: command line, stamp and exit codes around the library.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use build_info::{BuildInfo, Stamp};
use clap::{Parser, Subcommand};
use serde_json::json;
use sysinfo::checks::{self, Tally};
use sysinfo::system::System;

static STAMP: Stamp = build_info::stamp!();

/// Reports what this executable was built from and for, and the platform that it runs on.
#[derive(Parser)]
#[command(
    name = "sysinfo",
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes:\n  0  reported; every check passed\n  1  a check failed\n  2  bad arguments, or a check could not be made"
)]
struct Args {
    /// Write one line of JSON instead of text
    #[arg(long)]
    json: bool,

    /// Print what this executable knows about its own build, and exit
    #[arg(long, short = 'V', conflicts_with = "json")]
    version: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Exercise what Rust programs rely on, and print one line per check
    Check {
        /// Also write this file, which must not exist yet, read it back and delete it
        file: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    run(&Args::parse()).unwrap_or_else(|error| {
        report(error);
        ExitCode::from(2)
    })
}

fn run(args: &Args) -> Result<ExitCode, String> {
    if let Some(Command::Check { file }) = &args.command {
        return check(file.as_deref());
    }
    let build = STAMP.info().map_err(|error| error.to_string())?;
    print(&if args.version {
        build.to_string()
    } else {
        describe(&build, &System::detect(), args.json)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn describe(build: &BuildInfo, system: &System, as_json: bool) -> String {
    if as_json {
        json!({ "build": build, "system": system.to_json() }).to_string()
    } else {
        format!("{build}\n{system}")
    }
}

fn check(file: Option<&Path>) -> Result<ExitCode, String> {
    let mut tally = Tally::default();
    for (name, verdict) in checks::run(file) {
        tally.add(&verdict);
        match verdict {
            Ok(text) => print(&format!("passed  {name}: {text}"))?,
            Err(checks::Problem::Wrong(text)) => print(&format!("FAILED  {name}: {text}"))?,
            Err(checks::Problem::Unable(text)) => report(text),
        }
    }
    print(&tally.to_string())?;
    Ok(ExitCode::from(tally.status()))
}

/// Writes a message to standard error. A closed standard error does not change the exit code.
fn report(message: impl Display) {
    let _ = writeln!(io::stderr(), "sysinfo: {message}");
}

/// Prints a text and a newline, and flushes.
fn print(text: &str) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|error| format!("cannot write to standard output ({}): keep it open", error.kind()))
}
