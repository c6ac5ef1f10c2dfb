//! Runs the `nix` program: watched, cancellable, and without the flake's own settings.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::log::{Event, Log};
use crate::error::{Error, Result};

/// Options of every call; they override the user's configuration.
const ALWAYS: &[&str] = &[
    "--extra-experimental-features",
    "nix-command flakes",
    "--log-format",
    "internal-json",
    // NB: a flake's author must not decide the settings of this machine.
    "--option",
    "accept-flake-config",
    "false",
    // NB: a derivation made from a build's result during evaluation may contain a copy of it, and no graph shows that.
    "--option",
    "allow-import-from-derivation",
    "false",
];

/// At most this much of an answer is read, in bytes.
const MOST_OUTPUT_BYTES: u64 = 64 << 20;

/// How often a run checks for cancellation while Nix is silent.
const TICK: Duration = Duration::from_millis(100);

/// How long Nix has to stop its builders before it is killed; on a busy machine it takes some ten seconds.
const GRACE: Duration = Duration::from_secs(30);

/// Observes a run, and may cancel it.
pub trait Watch {
    /// Handles an event.
    fn see(&mut self, event: &Event<'_>);
    /// Called now and then while there are no events.
    fn tick(&mut self);
    /// Whether the run should stop.
    fn is_cancelled(&self) -> bool;
}

/// The `nix` program.
pub struct Nix<'a> {
    watch: &'a mut dyn Watch,
    pub(super) trusts_builds: bool,
}

/// The outcome of a run of Nix.
pub(super) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) errors: Vec<String>,
}

impl<'a> Nix<'a> {
    /// The `nix` in the PATH, watched by `watch`.
    pub fn new(watch: &'a mut dyn Watch) -> Self {
        Self {
            watch,
            trusts_builds: false,
        }
    }

    /// Whether builds may run as the owner of the store, who can change what other builds read.
    #[must_use]
    pub fn trusting_builds(self, trusts_builds: bool) -> Self {
        Self { trusts_builds, ..self }
    }

    /// Runs it without passing on events; it can still be cancelled.
    pub(super) fn run_silently(&mut self, arguments: &[OsString]) -> Result<Finished> {
        Nix::new(&mut Silent(self.watch)).run(arguments)
    }

    pub(super) fn run(&mut self, arguments: &[OsString]) -> Result<Finished> {
        let mut child = Command::new("nix")
            .args(ALWAYS)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(no_nix)?;
        let stdout = child.stdout.take().map(|stdout| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                stdout.take(MOST_OUTPUT_BYTES).read_to_end(&mut bytes).map(|_| bytes)
            })
        });
        let errors = match self.follow(&mut child) {
            Ok(errors) => errors,
            Err(error) => {
                self.watch.see(&Event::Ending);
                end(&mut child);
                return Err(error);
            }
        };
        let status = child.wait().map_err(no_nix)?;
        let stdout = stdout
            .and_then(|reader| reader.join().ok())
            .transpose()
            .map_err(no_nix)?
            .unwrap_or_default();
        Ok(Finished { status, stdout, errors })
    }

    /// Reads the log until the child has ended, and returns its errors.
    fn follow(&mut self, child: &mut Child) -> Result<Vec<String>> {
        let (sender, lines) = mpsc::channel();
        if let Some(stderr) = child.stderr.take() {
            thread::spawn(move || {
                let mut reader = BufReader::new(stderr);
                let mut line = Vec::new();
                while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
                    if sender.send(std::mem::take(&mut line)).is_err() {
                        return;
                    }
                }
            });
        }
        let mut log = Log::default();
        loop {
            if self.watch.is_cancelled() {
                return Err(Error::Cancelled);
            }
            match lines.recv_timeout(TICK) {
                Ok(line) => log.add(&line, &mut |event| self.watch.see(&event)),
                Err(RecvTimeoutError::Disconnected) => return Ok(log.into_errors()),
                Err(RecvTimeoutError::Timeout) => self.watch.tick(),
            }
        }
    }
}

/// Passes on only cancellation.
struct Silent<'a>(&'a mut dyn Watch);

impl Watch for Silent<'_> {
    fn see(&mut self, _: &Event<'_>) {}

    fn tick(&mut self) {}

    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Sends SIGTERM to Nix, so that it stops its builders, and waits for it.
fn end(child: &mut Child) {
    let signalled = kill_process(Pid::from_child(child), Signal::TERM);
    let until = Instant::now() + GRACE;
    while signalled.is_ok() && Instant::now() < until {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(TICK);
    }
    // Errors are ignored: the child may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

fn no_nix(cause: io::Error) -> Error {
    Error::Tool {
        program: "nix",
        remedy: if cause.kind() == ErrorKind::NotFound {
            "install Nix 2.8 or newer, and make sure that it is in the PATH"
        } else {
            "check that this user may run it"
        },
        cause,
    }
}
