//! The table of causes, and the search for the cause that fits a difference.

mod table;

use bit_compare::explanation::{ChangeKind, Confidence};
use untrusted_input::format::Format;

use crate::clues::Clue;

pub use table::TABLE;

/// The id of the cause of differences that only follow from other differences.
pub(crate) const FOLLOWS: &str = "follows";

/// A cause of differences between builds.
#[derive(Debug)]
pub struct Cause {
    /// Its stable name.
    pub id: &'static str,
    /// What makes the builds differ.
    pub cause: &'static str,
    /// What makes them the same.
    pub fix: &'static str,
    /// Whether it is only a consequence of other differences.
    pub follows: bool,
    /// Its symptoms. Any one of them is enough.
    pub symptoms: &'static [Symptom],
}

/// What a difference looks like that has a cause. An empty list matches anything.
#[derive(Debug)]
pub struct Symptom {
    /// The formats in which it occurs.
    pub formats: &'static [Format],
    /// Patterns for the name of the part; `*` stands for any text.
    pub parts: &'static [&'static str],
    /// Patterns for the name of the field; a difference outside all fields has an empty name.
    pub fields: &'static [&'static str],
    /// The kinds of difference.
    pub kinds: &'static [ChangeKind],
    /// What the bytes must look like.
    pub clue: Option<Clue>,
    /// Whether the field must be derived from other bytes.
    pub derived: bool,
    /// The confidence of a match.
    pub confidence: Confidence,
}

/// The properties of a difference that symptoms refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    pub(crate) format: Format,
    pub(crate) part: &'a str,
    pub(crate) field: &'a str,
    pub(crate) kind: ChangeKind,
    pub(crate) clue: Option<Clue>,
    pub(crate) derived: bool,
}

/// Finds the first cause of the table that fits.
pub(crate) fn find(evidence: Evidence<'_>) -> Option<(&'static Cause, Confidence)> {
    TABLE.iter().find_map(|cause| {
        let symptom = cause.symptoms.iter().find(|symptom| symptom.fits(evidence))?;
        Some((cause, symptom.confidence))
    })
}

impl Symptom {
    fn fits(&self, evidence: Evidence<'_>) -> bool {
        let any =
            |patterns: &[&str], text| patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, text));
        (self.formats.is_empty() || self.formats.contains(&evidence.format))
            && (self.kinds.is_empty() || self.kinds.contains(&evidence.kind))
            && (self.clue.is_none() || self.clue == evidence.clue)
            && (!self.derived || evidence.derived)
            && any(self.parts, evidence.part)
            && any(self.fields, evidence.field)
    }
}

/// Whether `text` fits `pattern`, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            // Patterns are short and few, so trying every place is cheap.
            (0..=text.len())
                .filter(|at| text.is_char_boundary(*at))
                .any(|at| matches(rest, &text[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("", "x", false),
            ("*", "", true),
            (".text*", ".text.hot", true),
            ("*: TimeDateStamp", "debug directory 0: TimeDateStamp", true),
            ("/history/*/created", "/history/12/created", true),
            ("/history/*/created", "/history/12/created_by", false),
            ("a*b*c", "a-b-b-c", true),
            ("ä*", "ä€", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn every_cause_has_a_name_of_its_own_a_fix_and_a_symptom() {
        let ids: BTreeSet<_> = TABLE.iter().map(|cause| cause.id).collect();
        assert_eq!(ids.len(), TABLE.len());
        for cause in TABLE {
            assert!(!cause.symptoms.is_empty(), "{}", cause.id);
            for text in [cause.cause, cause.fix] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}", cause.id);
            }
        }
    }
}
