//! The lists on a page: the files of one result, and its differences with their explanations.

use bit_compare::comparison::{Comparison, Entry};
use bit_compare::explanation::{Explanation, LikelyCause, Place};
use bit_compare::path::EntryPath;
use untrusted_input::spelling::plural;

use super::super::Row;
use super::super::words::describe;
use crate::comparison_text::{location, node, summary};

/// The maximum number of files, and of differences, listed for one result: no browser opens a page with a million.
const MOST_LISTED: usize = 200;

/// The maximum number of explanations shown for one entry; causes come first.
const MOST_EXPLANATIONS: usize = 20;

/// The first elements of a list.
pub(super) struct Listed<T> {
    pub(super) first: Vec<T>,
    /// The number of elements left out.
    pub(super) more: usize,
}

impl<T> Listed<T> {
    fn new(most: usize, mut all: impl Iterator<Item = T>) -> Self {
        Self {
            first: all.by_ref().take(most).collect(),
            more: all.count(),
        }
    }
}

/// The files of a result.
pub(super) type Files = Listed<Row>;

impl Files {
    /// Differing links and folders are left out here: the list of differences has them.
    pub(super) fn of(rows: impl Iterator<Item = Row>) -> Self {
        let is_file = |row: &Row| row.original.is_some() || row.rebuilt.is_some();
        Self::new(MOST_LISTED, rows.filter(is_file))
    }
}

/// The differing entries of a result, at least one.
pub(super) type Differences<'a> = Listed<Difference<'a>>;

/// How one entry differs, and why.
pub(super) struct Difference<'a> {
    pub(super) path: &'a EntryPath,
    pub(super) how: Vec<String>,
    pub(super) original: String,
    pub(super) rebuilt: String,
    pub(super) why: Listed<Why<'a>>,
}

/// One explanation.
pub(super) struct Why<'a> {
    pub(super) location: String,
    pub(super) summary: String,
    pub(super) original: &'a str,
    pub(super) rebuilt: &'a str,
    pub(super) cause: Option<&'a LikelyCause>,
}

impl<'a> Differences<'a> {
    pub(super) fn of(comparison: &'a Comparison) -> Option<Self> {
        let differences = comparison
            .different_entries()
            .map(|entry| Difference::of(comparison, entry));
        Some(Self::new(MOST_LISTED, differences)).filter(|list| !list.first.is_empty())
    }

    /// `1 entry differs`.
    pub(super) fn counted(&self) -> String {
        let count = self.first.len() + self.more;
        plural(count as u64, "entry differs", "entries differ")
    }
}

impl<'a> Difference<'a> {
    fn of(comparison: &'a Comparison, entry: &'a Entry) -> Self {
        let explanations = comparison.explanations_of(&entry.path);
        Self {
            path: &entry.path,
            how: entry.differences().iter().map(describe).collect(),
            original: node(entry.original.as_ref()),
            rebuilt: node(entry.rebuilt.as_ref()),
            why: Listed::new(MOST_EXPLANATIONS, explanations.map(Why::of)),
        }
    }
}

impl<'a> Why<'a> {
    fn of(explanation: &'a Explanation) -> Self {
        let value = |place: &'a Option<Place>| match place {
            Some(place) => place.value.as_str(),
            None => "nothing",
        };
        Self {
            location: location(explanation),
            summary: summary(explanation),
            original: value(&explanation.original),
            rebuilt: value(&explanation.rebuilt),
            cause: explanation.cause.as_ref(),
        }
    }
}
