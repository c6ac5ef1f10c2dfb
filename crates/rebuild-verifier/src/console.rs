//! Output to the terminal: results on stdout, messages on stderr, colours on request.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::AsFd as _;

use clap::{Args, ValueEnum};
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};
use untrusted_input::terminal::{self, Colors};

use crate::help::NAME;

/// Options of every command about its output.
#[derive(Args)]
pub(crate) struct Console {
    /// When to use colours; NO_COLOR is respected
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    color: ColorChoice,
    /// Print only errors; the exit code gives the result
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

impl Console {
    /// Prints a result for people on stdout, unless `--quiet`.
    pub(crate) fn say(&self, text: &str) -> Result<()> {
        if self.quiet {
            Ok(())
        } else {
            print(terminal::lines(text).as_bytes())
        }
    }

    /// Prints a result for people on stderr, for when stdout carries a document.
    pub(crate) fn say_aside(&self, text: &str) {
        if !self.quiet {
            let _ = io::stderr().write_all(terminal::lines(text).as_bytes());
        }
    }

    /// Whether only errors are printed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether stdout gets colours.
    pub(crate) fn colors(&self) -> Colors {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Colors(match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal() && !set("NO_COLOR"),
        })
    }
}

/// Prints to stdout. Undelivered output is an error, never a success.
pub(crate) fn print(bytes: &[u8]) -> Result<()> {
    refuse_closed()?;
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(Error::Stdout)
}

/// Prints a document to stdout: unchanged for programs, escaped like any other text on a terminal.
pub(crate) fn show(document: &[u8]) -> Result<()> {
    if io::stdout().is_terminal() {
        print(terminal::lines(&String::from_utf8_lossy(document)).as_bytes())
    } else {
        print(document)
    }
}

/// Refuses a standard output that was closed, or that is open for reading only.
///
/// NB: std opens `/dev/null` in place of a closed stdout before `main`, and ignores EBADF on writes to stdout. Either
/// way all output would seem to arrive.
fn refuse_closed() -> Result<()> {
    if closed_stdout::was_closed() {
        return Err(Error::Stdout(io::Error::other("it is closed")));
    }
    let written = io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|stdout| File::from(stdout).write(&[]));
    written.map(drop).map_err(Error::Stdout)
}

/// Prints the help, the version, or what is wrong with the arguments.
pub(crate) fn explain(usage: &clap::Error) -> Result<Status> {
    if usage.use_stderr() {
        // Quotes arguments, which may be names of files.
        let text = terminal::without_keys(&usage.render().to_string());
        let text = format!("{}\n", terminal::lines(text.trim_end()));
        let _ = io::stderr().write_all(text.as_bytes());
        return Ok(Status::Undecided);
    }
    refuse_closed()?;
    usage
        .print()
        .and_then(|()| io::stdout().flush())
        .map_err(Error::Stdout)?;
    Ok(Status::Identical)
}

/// Prints a message as one line on stderr. If stderr is closed too, the exit code still tells.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(
        io::stderr(),
        "{NAME}: {}",
        terminal::one_line(&terminal::without_keys(message))
    );
}

/// The width of the terminal, or else COLUMNS, or else 80.
pub(crate) fn columns() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let variable = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(variable).unwrap_or(80)
}
