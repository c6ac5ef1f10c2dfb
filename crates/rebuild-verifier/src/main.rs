//! The command line: parses arguments, calls the library, prints, and turns the outcome into an exit code.

mod cli;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use build_info::{BuildInfo, Stamp};
use rebuild_verifier::compare::Pair;
use rebuild_verifier::comparison::Verdict;
use rebuild_verifier::report::Report;
use rebuild_verifier::statement::Attester;
use rebuild_verifier::status::Status;
use rebuild_verifier::text::{self, Colors};
use rebuild_verifier::uri::AbsoluteUri;
use rebuild_verifier::{Error, Result, atomic, attest};

use cli::{Attest, Cli, ColorChoice, Command, Compare};

static STAMP: Stamp = build_info::stamp!();

fn main() -> ExitCode {
    let status = run().unwrap_or_else(|error| {
        complain(&error.to_string());
        Status::Undecided
    });
    ExitCode::from(status.exit_code())
}

fn run() -> Result<Status, Box<dyn std::error::Error>> {
    let info = STAMP.info()?;
    let cli = match Cli::parse_with(&info) {
        Ok(cli) => cli,
        Err(usage) => return Ok(explain(&usage)?),
    };
    Ok(match &cli.command {
        Command::Compare(arguments) => compare(&cli, arguments),
        Command::Attest(arguments) => attest(&cli, arguments, &info),
        Command::Report(arguments) => report(&cli, &arguments.results),
    }?)
}

fn compare(cli: &Cli, arguments: &Compare) -> Result<Status> {
    let Compare {
        original,
        rebuilt,
        json,
    } = arguments;
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
        print(&comparison.to_json())?;
        say_aside(
            cli,
            &text::comparison(&comparison, Colors(false), original, rebuilt),
        );
    } else {
        say(
            cli,
            &text::comparison(&comparison, colors(cli), original, rebuilt),
        )?;
    }
    Ok(comparison.verdict().into())
}

fn attest(cli: &Cli, arguments: &Attest, info: &BuildInfo) -> Result<Status> {
    let Attest {
        original,
        rebuilt,
        definition,
        builder_id,
        out,
    } = arguments;
    let builder_id = AbsoluteUri::try_from(builder_id.clone()).map_err(|_| Error::Argument {
        argument: "--builder-id",
        value: builder_id.clone(),
        why: "it is not an absolute URI; name the builder as in https://example.org/builders/1",
    })?;
    let attester = Attester {
        builder_id,
        version: info.version.clone(),
    };
    let comparison = attest::attest(original, rebuilt, definition, &attester, out)?;
    if comparison.verdict() == Verdict::Different {
        complain(
            "refused to attest: the two builds differ, so nothing was written; find out why, then build again",
        );
    }
    say(
        cli,
        &text::comparison(&comparison, colors(cli), original, rebuilt),
    )?;
    Ok(comparison.verdict().into())
}

fn report(cli: &Cli, results: &[PathBuf]) -> Result<Status> {
    let (mut rows, mut statuses) = (Vec::new(), Vec::new());
    for folder in results {
        match Report::read(folder) {
            Ok(report) => {
                if let Some(why) = &report.rejected {
                    complain(&format!(
                        "rejected {folder:?}: {why}; attest again, and do not edit what it writes"
                    ));
                }
                statuses.push(report.status());
                rows.extend(report.rows);
            }
            Err(error) => {
                complain(&error.to_string());
                statuses.push(Status::Undecided);
            }
        }
    }
    rows.sort_by(|one, other| {
        (&one.flake_attribute, &one.path).cmp(&(&other.flake_attribute, &other.path))
    });
    say(cli, &text::report(&rows, colors(cli), columns()))?;
    Ok(Status::roll_up(statuses))
}

/// Help, a version, or what is wrong with the arguments.
fn explain(usage: &clap::Error) -> Result<Status> {
    usage
        .print()
        .and_then(|()| io::stdout().flush())
        .map_err(Error::Stdout)?;
    Ok(if usage.use_stderr() {
        Status::Undecided
    } else {
        Status::Identical
    })
}

/// The one line on stderr. When even that is closed, the exit code still says it.
fn complain(message: &str) {
    let _ = writeln!(
        io::stderr(),
        "rebuild-verifier: {}",
        text::one_line(message)
    );
}

fn say(cli: &Cli, text: &str) -> Result<()> {
    if cli.quiet {
        Ok(())
    } else {
        print(text.as_bytes())
    }
}

fn say_aside(cli: &Cli, text: &str) {
    if !cli.quiet {
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Prints to stdout; output that did not arrive is never a success.
fn print(bytes: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(Error::Stdout)
}

fn colors(cli: &Cli) -> Colors {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    Colors(match cli.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => io::stdout().is_terminal() && !set("NO_COLOR"),
    })
}

/// How wide a report may be: the terminal, else COLUMNS, else the 80 that fit everywhere.
fn columns() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let variable = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(variable).unwrap_or(80)
}
