//! The self-check: exercises what Rust programs rely on, and compares the results with known ones.
//!
//! Passing proves that this executable computes, allocates, measures time and starts threads correctly on this
//! processor or emulator. It does not prove where the executable came from.

use std::fmt;
use std::io;
use std::path::Path;

mod compute;
mod platform;
mod storage;

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The platform did something wrong.
    Wrong(String),
    /// The check could not run. The text ends with the remedy.
    Unable(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(text) | Self::Unable(text) => formatter.write_str(text),
        }
    }
}

impl std::error::Error for Problem {}

/// What passed, or why it failed.
pub type Verdict = Result<String, Problem>;

/// A check with its name.
type Check = (&'static str, fn() -> Verdict);

/// The checks that need nothing but the program itself.
const CHECKS: [Check; 8] = [
    ("sha-256", compute::sha256),
    ("integers", compute::integers),
    ("floats", compute::floats),
    ("byte-order", compute::byte_order),
    ("memory", platform::memory),
    ("hash-map", platform::hash_map),
    ("threads", platform::threads),
    ("clock", platform::clock),
];

/// Runs each check when the iterator is advanced, so that the output before a hang shows which check hangs.
///
/// With a `file`, which must not exist yet, the last check writes it, reads it back and deletes it.
pub fn run(file: Option<&Path>) -> impl Iterator<Item = (&'static str, Verdict)> + '_ {
    CHECKS.into_iter().map(|(name, check)| (name, check())).chain(
        file.into_iter()
            .map(|path| ("file", storage::write_and_read_back(path))),
    )
}

/// The number of checks by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that passed.
    pub passed: usize,
    /// Checks that failed.
    pub failed: usize,
    /// Checks that could not run.
    pub undecided: usize,
}

impl Tally {
    /// Counts one check.
    pub fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Ok(_) => self.passed += 1,
            Err(Problem::Wrong(_)) => self.failed += 1,
            Err(Problem::Unable(_)) => self.undecided += 1,
        }
    }

    /// The exit code: 1 if a check failed, otherwise 2 if one could not run or there was none, otherwise 0.
    pub fn status(self) -> u8 {
        match self {
            Self { failed: 1.., .. } => 1,
            Self {
                passed: 1..,
                undecided: 0,
                ..
            } => 0,
            _ => 2,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        match self.undecided {
            0 => Ok(()),
            count => write!(formatter, ", {count} not made"),
        }
    }
}

/// Fails unless `found` is the expected value `wanted`.
fn expect<T: PartialEq + fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), Problem> {
    if found == wanted {
        Ok(())
    } else {
        Err(Problem::Wrong(format!("{what} is {found:x?}, expected {wanted:x?}")))
    }
}

fn unable(doing: &str, error: &io::Error, remedy: &str) -> Problem {
    Problem::Unable(format!("cannot {doing} ({}): {remedy}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_passes_here() {
        let results: Vec<_> = run(None).collect();
        assert_eq!(results.len(), CHECKS.len());
        for (name, verdict) in results {
            assert!(verdict.is_ok(), "{name}: {verdict:?}");
        }
    }

    #[test]
    fn checks_are_made_one_by_one() {
        let mut checks = run(Some(Path::new("")));
        assert_eq!(checks.next().unwrap().0, "sha-256");
        let (name, verdict) = checks.last().unwrap();
        assert_eq!(name, "file");
        assert!(matches!(verdict, Err(Problem::Unable(_))), "{verdict:?}");
    }

    #[test]
    fn another_value_than_expected_is_wrong_and_both_are_shown() {
        assert_eq!(expect("it", 255, 255), Ok(()));
        assert_eq!(expect("it", 255, 16).unwrap_err().to_string(), "it is ff, expected 10");
    }

    fn tally(verdicts: &[Verdict]) -> Tally {
        let mut tally = Tally::default();
        verdicts.iter().for_each(|verdict| tally.add(verdict));
        tally
    }

    #[test]
    fn the_exit_code_is_0_only_if_every_check_was_made_and_passed() {
        let passed = || Ok(String::new());
        let wrong = || Err(Problem::Wrong(String::new()));
        let unable = || Err(Problem::Unable(String::new()));
        for (verdicts, status, text) in [
            (vec![], 2, "0 passed, 0 failed"),
            (vec![passed(), passed()], 0, "2 passed, 0 failed"),
            (vec![passed(), wrong()], 1, "1 passed, 1 failed"),
            (vec![passed(), unable()], 2, "1 passed, 0 failed, 1 not made"),
            (vec![unable(), wrong()], 1, "0 passed, 1 failed, 1 not made"),
        ] {
            let tally = tally(&verdicts);
            assert_eq!((tally.status(), tally.to_string()), (status, text.to_owned()));
        }
    }
}
