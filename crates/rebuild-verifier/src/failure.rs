//! `failure.json`: records a build that failed or is not repeatable, beside its definition.
//!
//! It proves nothing and is never signed. With it, a report of many builds can also show the failed ones.

use serde::{Deserialize, Serialize};
use untrusted_input::json;

use crate::status::Status;

/// The longest `failure.json` that is read, in bytes.
pub(crate) const LONGEST_BYTES: u64 = 1 << 20;

/// The version of the failure's JSON that this crate reads and writes (`docs/schemas/failure.schema.json`).
const SCHEMA_VERSION: u32 = 2;

/// The maximum number of log lines that are kept.
const MOST_LINES: usize = 100;

/// The verdict of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FailureVerdict {
    /// One of the two builds failed.
    NotBuilt,
    /// One of them came out different when it was built again under the same conditions.
    Different,
}

/// Why a build failed or is not repeatable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    schema_version: u32,
    verdict: FailureVerdict,
    /// What happened, in one line.
    pub(crate) why: String,
    /// The last lines of the log, in order, without control characters.
    pub(crate) log: Vec<String>,
}

impl Failure {
    /// A failed build, with a reason and its log. Only the last lines are kept, without control characters.
    pub fn not_built(why: &str, log: &[String]) -> Self {
        Self::new(FailureVerdict::NotBuilt, why, log)
    }

    /// A build that came out different when it was built again under the same conditions.
    pub fn different(why: &str) -> Self {
        Self::new(FailureVerdict::Different, why, &[])
    }

    fn new(verdict: FailureVerdict, why: &str, log: &[String]) -> Self {
        let plain = |line: &str| line.chars().filter(|char| !char.is_control()).collect();
        let first = log.len().saturating_sub(MOST_LINES);
        Self {
            schema_version: SCHEMA_VERSION,
            verdict,
            why: plain(why),
            log: log[first..].iter().map(|line| plain(line)).collect(),
        }
    }

    /// The status of the two builds.
    pub(crate) fn status(&self) -> Status {
        match self.verdict {
            FailureVerdict::NotBuilt => Status::NotBuilt,
            FailureVerdict::Different => Status::Different,
        }
    }

    /// Reads a failure.
    ///
    /// # Errors
    /// When it does not follow its format; the text says how.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, String> {
        let failure: Self = untrusted_input::json::from_slice(json)?;
        if failure.schema_version != SCHEMA_VERSION {
            return Err(format!(
                "its schema_version is {}, not {SCHEMA_VERSION}",
                failure.schema_version
            ));
        }
        if failure.why.is_empty() {
            return Err("it gives no reason".into());
        }
        Ok(failure)
    }

    /// The failure as JSON, with a line feed at the end.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        json::write(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let failure = Failure::not_built("cannot build x", &["one".into(), "two".into()]);
        assert_eq!(Failure::from_json(&failure.to_json()), Ok(failure));
    }

    #[test]
    fn only_the_last_lines_are_kept_and_no_control_character() {
        let lines: Vec<_> = (0..MOST_LINES + 5).map(|n| format!("\x1b[31m{n}")).collect();
        let failure = Failure::not_built("cannot\nbuild", &lines);
        assert_eq!(failure.why, "cannotbuild");
        assert_eq!(failure.log.len(), MOST_LINES);
        assert_eq!(failure.log[0], "[31m5");
    }

    #[test]
    fn a_failure_of_another_version_or_without_a_reason_is_refused() {
        for json in [
            r#"{"schema_version":1,"why":"x","log":[]}"#,
            r#"{"schema_version":3,"verdict":"not-built","why":"x","log":[]}"#,
            r#"{"schema_version":2,"verdict":"identical","why":"x","log":[]}"#,
            r#"{"schema_version":2,"why":"x","log":[]}"#,
            r#"{"schema_version":2,"verdict":"not-built","why":"","log":[]}"#,
            r#"{"schema_version":2,"verdict":"not-built","why":"x"}"#,
            r#"{"schema_version":2,"verdict":"not-built","why":"x","log":[],"more":1}"#,
        ] {
            assert!(Failure::from_json(json.as_bytes()).is_err(), "{json}");
        }
    }
}
