//! The progress display of a long run: on a terminal a bar and the end of the log, redrawn in place; elsewhere a line
//! for each step.

use std::collections::VecDeque;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rebuild_verifier::nix::Watch;
use rebuild_verifier::nix::log::Event;
use rebuild_verifier::{Error, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use untrusted_input::terminal;

use crate::console::{self, Console};

/// How many lines of the log are shown.
const TAIL_LINES: usize = 3;

/// How long the bar is, in characters.
const BAR_CHARACTERS: u64 = 20;

/// The minimum time between redraws: a log may have thousands of lines a second.
const REDRAW_INTERVAL: Duration = Duration::from_millis(50);

/// Shows a run on stderr, and asks it to stop on a signal.
pub(crate) struct Progress {
    quiet: bool,
    terminal: bool,
    since: Instant,
    drawn: Vec<String>,
    drawn_at: Option<Instant>,
    running: Vec<String>,
    counts: Option<BuildCounts>,
    tail: VecDeque<String>,
    cancelled: Arc<AtomicBool>,
}

/// How many of Nix's expected builds are done, and when counting began.
struct BuildCounts {
    done: u64,
    expected: u64,
    since: Instant,
}

impl BuildCounts {
    /// Fewer finished builds are no basis for an estimate.
    const LEAST_DONE: u64 = 3;

    /// `12/40, about 7m left`, assuming that the rest takes as long per build as the finished ones.
    fn text(&self, now: Instant) -> String {
        let (done, left) = (self.done, self.expected.saturating_sub(self.done));
        let left_text = match self.time_left(now) {
            Some(time) if done >= Self::LEAST_DONE && left > 0 => {
                format!(", about {} left", minutes(time))
            }
            _ => String::new(),
        };
        format!("{done}/{}{left_text}", self.expected)
    }

    fn time_left(&self, now: Instant) -> Option<Duration> {
        let left = u32::try_from(self.expected.saturating_sub(self.done)).ok()?;
        let done = u32::try_from(self.done).ok().filter(|done| *done > 0)?;
        now.duration_since(self.since).checked_mul(left).map(|time| time / done)
    }
}

/// A time in seconds, in minutes, or in hours and minutes.
fn minutes(time: Duration) -> String {
    match (time.as_secs() + 30) / 60 {
        0 => format!("{}s", time.as_secs()),
        minutes if minutes < 60 => format!("{minutes}m"),
        minutes => format!("{}h{:02}m", minutes / 60, minutes % 60),
    }
}

impl Progress {
    /// Installs handlers for the signals that end a program: they only set a flag, because Nix has to be stopped first.
    pub(crate) fn new(console: &Console) -> Result<Self> {
        let cancelled = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // A second signal ends this program at once.
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
            drawn: Vec::new(),
            drawn_at: None,
            running: Vec::new(),
            counts: None,
            tail: VecDeque::new(),
            cancelled,
        })
    }

    /// Shows a step of this program itself.
    pub(crate) fn step(&mut self, text: &str) -> Result<()> {
        self.tail.clear();
        self.line(text);
        self.check()
    }

    /// Fails if the run was cancelled.
    pub(crate) fn check(&mut self) -> Result<()> {
        if self.is_cancelled() {
            self.clear();
            return Err(Error::Cancelled);
        }
        Ok(())
    }

    /// Erases the display, so that results can be printed.
    pub(crate) fn clear(&mut self) {
        write(&self.erasure());
        self.drawn.clear();
    }

    /// The control sequence that erases the drawn lines.
    fn erasure(&self) -> String {
        match self.drawn.len() {
            0 => String::new(),
            lines => format!("\r\x1b[K{}", "\x1b[A\x1b[K".repeat(lines - 1)),
        }
    }

    fn line(&mut self, line: &str) {
        if !self.quiet {
            self.clear();
            write(&format!("{}\n", terminal::one_line(line)));
        }
    }

    fn draw(&mut self) {
        if self.quiet || !self.terminal || self.drawn_at.is_some_and(|at| at.elapsed() < REDRAW_INTERVAL) {
            return;
        }
        let columns = console::columns().saturating_sub(1);
        let tail = self.tail.iter().map(|line| format!("  > {line}"));
        let lines: Vec<_> = std::iter::once(self.status())
            .chain(tail)
            .map(|line| cut(&terminal::one_line(&line), columns))
            .collect();
        if self.drawn != lines {
            write(&format!("{}{}", self.erasure(), lines.join("\n")));
            self.drawn = lines;
            self.drawn_at = Some(Instant::now());
        }
    }

    /// `[######..............] 3/9  1m02s  building server-0.1.0`
    fn status(&self) -> String {
        let seconds = self.since.elapsed().as_secs();
        let elapsed = match seconds / 60 {
            0 => format!("{seconds}s"),
            minutes => format!("{minutes}m{:02}s", seconds % 60),
        };
        let what = self.running.last().map_or("", String::as_str);
        match &self.counts {
            Some(counts) => {
                let full = counts.done.min(counts.expected) * BAR_CHARACTERS / counts.expected;
                let bar = "#".repeat(full as usize) + &".".repeat((BAR_CHARACTERS - full) as usize);
                format!("[{bar}] {}  {elapsed}  {what}", counts.text(Instant::now()))
            }
            None => format!("{elapsed}  {what}"),
        }
    }
}

/// The beginning of a line that fits; a character that is not ASCII may take two columns.
fn cut(line: &str, columns: usize) -> String {
    let mut left = columns;
    let fits = |character: &char| {
        let width = if character.is_ascii() { 1 } else { 2 };
        left.checked_sub(width).map(|rest| left = rest).is_some()
    };
    line.chars().take_while(fits).collect()
}

impl Watch for Progress {
    fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(what) => {
                self.running.push((*what).to_owned());
                if !self.terminal {
                    let counts = self.counts.as_ref();
                    let counts = counts.map(|counts| format!(" ({})", counts.text(Instant::now())));
                    self.line(&format!("{what}{}", counts.unwrap_or_default()));
                }
            }
            Event::Stopped(what) => {
                self.running.retain(|running| running != what);
                if self.running.is_empty() {
                    self.tail.clear();
                }
            }
            Event::Line(of, line) => {
                // Move the activity that logged last to the end: the status line names that one.
                if let Some(at) = self.running.iter().position(|it| Some(it.as_str()) == *of) {
                    self.running[at..].rotate_left(1);
                }
                if self.tail.len() == TAIL_LINES {
                    self.tail.pop_front();
                }
                self.tail.push_back((*line).to_owned());
            }
            Event::Progress { done, expected } => self.count(*done, *expected),
            Event::Ending => {
                self.line("cancelled: waiting for nix to stop its builds (cancel again to end at once)");
                return;
            }
            // --quiet does not silence errors.
            Event::Error(text) => {
                self.clear();
                for line in text.lines() {
                    write(&format!("{}\n", terminal::one_line(line)));
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

impl Progress {
    /// Updates the counts. A lower number of finished builds means a new run of Nix: its time starts now.
    fn count(&mut self, done: u64, expected: u64) {
        let since = match &self.counts {
            Some(counts) if done >= counts.done && done > 0 => counts.since,
            _ => Instant::now(),
        };
        self.counts = (expected > 0).then_some(BuildCounts { done, expected, since });
    }
}

/// Passes every event on and collects the errors, which explain a failed build later.
pub(crate) struct ErrorCollector<'a> {
    watch: &'a mut Progress,
    lines: Vec<String>,
}

impl<'a> ErrorCollector<'a> {
    pub(crate) fn new(watch: &'a mut Progress) -> Self {
        Self {
            watch,
            lines: Vec::new(),
        }
    }

    /// The errors, line by line.
    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

impl Watch for ErrorCollector<'_> {
    fn see(&mut self, event: &Event<'_>) {
        if let Event::Error(text) = event {
            self.lines.extend(text.lines().map(String::from));
        }
        self.watch.see(event);
    }

    fn tick(&mut self) {
        self.watch.tick();
    }

    fn is_cancelled(&self) -> bool {
        self.watch.is_cancelled()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Writes to stderr. A failure is ignored: there is no other place to report it.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(done: u64, expected: u64, seconds: u64) -> String {
        let since = Instant::now();
        let counts = BuildCounts { done, expected, since };
        counts.text(since + Duration::from_secs(seconds))
    }

    #[test]
    fn the_time_left_is_shown_once_some_builds_are_done_and_while_some_are_left() {
        assert_eq!(text(0, 40, 100), "0/40");
        assert_eq!(text(2, 40, 100), "2/40");
        assert_eq!(text(10, 40, 20), "10/40, about 1m left");
        assert_eq!(text(30, 40, 30), "30/40, about 10s left");
        assert_eq!(text(10, 40, 3000), "10/40, about 2h30m left");
        assert_eq!(text(40, 40, 3000), "40/40");
    }
}
