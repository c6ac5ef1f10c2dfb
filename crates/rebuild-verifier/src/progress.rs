//! What people see of a long run: on a terminal one line that is drawn again and again, elsewhere a line for each step.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

use rebuild_verifier::nix::Watch;
use rebuild_verifier::nix::log::Event;
use rebuild_verifier::{Error, Result, text};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::console::{self, Console};

/// Follows a run on stderr, and asks it to stop when somebody ends this program.
pub(crate) struct Progress {
    quiet: bool,
    terminal: bool,
    since: Instant,
    drawn: Option<String>,
    running: Vec<String>,
    counts: Option<(u64, u64)>,
    last_line: String,
    cancelled: Arc<AtomicBool>,
}

impl Progress {
    /// From now on the signals that end a program only ask for it: a child is to be ended first.
    pub(crate) fn new(console: &Console) -> Result<Self> {
        let cancelled = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // The second time it ends this program at once.
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&cancelled))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&cancelled)))
                .map_err(|cause| Error::Tool {
                    program: "a handler for signals",
                    cause,
                    remedy: "run it where signals can be handled",
                })?;
        }
        Ok(Self {
            quiet: console.is_quiet(),
            terminal: io::stderr().is_terminal(),
            since: Instant::now(),
            drawn: None,
            running: Vec::new(),
            counts: None,
            last_line: String::new(),
            cancelled,
        })
    }

    /// A step of this program itself.
    pub(crate) fn step(&mut self, text: &str) -> Result<()> {
        self.last_line.clear();
        self.line(text);
        self.check()
    }

    /// Ends here if somebody wants to.
    pub(crate) fn check(&mut self) -> Result<()> {
        if self.is_cancelled() {
            self.clear();
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// Takes the line away, so that results can be printed.
    pub(crate) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            write("\r\x1b[K");
        }
    }

    fn line(&mut self, line: &str) {
        if !self.quiet {
            self.clear();
            write(&format!("{}\n", text::one_line(line)));
        }
    }

    fn draw(&mut self) {
        if self.quiet || !self.terminal {
            return;
        }
        let columns = console::columns().saturating_sub(1);
        let line: String = self.status().chars().take(columns).collect();
        if self.drawn.as_ref() != Some(&line) {
            write(&format!("\r\x1b[K{line}"));
            self.drawn = Some(line);
        }
    }

    /// `[3/7 1m02s] building server-0.1.0: Compiling tokio`
    fn status(&self) -> String {
        let seconds = self.since.elapsed().as_secs();
        let elapsed = match seconds / 60 {
            0 => format!("{seconds}s"),
            minutes => format!("{minutes}m{:02}s", seconds % 60),
        };
        let counts = self
            .counts
            .filter(|(_, expected)| *expected > 0)
            .map_or(String::new(), |(done, expected)| {
                format!("{done}/{expected} ")
            });
        let what = self.running.last().map_or("", String::as_str);
        let line = text::one_line(&self.last_line);
        let separator = if what.is_empty() || line.is_empty() {
            ""
        } else {
            ": "
        };
        format!("[{counts}{elapsed}] {what}{separator}{line}")
    }
}

impl Watch for Progress {
    fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(what) => {
                self.running.push((*what).to_owned());
                if !self.terminal {
                    self.line(what);
                }
            }
            Event::Stopped(what) => {
                self.running.retain(|running| running != what);
                self.last_line.clear();
            }
            Event::Line(line) => self.last_line = (*line).to_owned(),
            Event::Progress { done, expected } => self.counts = Some((*done, *expected)),
            // Errors are not what --quiet is about.
            Event::Error(text) => {
                self.clear();
                for line in text.lines() {
                    write(&format!("{}\n", text::one_line(line)));
                }
            }
        }
        self.draw();
    }

    fn tick(&mut self) {
        self.draw();
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Relaxed)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// To stderr; where that is closed nobody looks.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}
