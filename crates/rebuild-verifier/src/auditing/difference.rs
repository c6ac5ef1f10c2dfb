//! A difference that an audit found.

use std::fmt;
use std::path::PathBuf;

use bit_compare::comparison::Comparison;
use bit_compare::path::EntryPath;

/// Two sides that should be identical, and are not.
#[derive(Debug)]
pub struct Difference {
    /// What was compared.
    pub(crate) between: Between,
    /// For a single file, its path in the build.
    pub(crate) path: Option<EntryPath>,
    /// One side.
    pub(crate) original: PathBuf,
    /// The other side.
    pub(crate) rebuilt: PathBuf,
    /// How they differ.
    pub(crate) comparison: Comparison,
}

/// Which two sides were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    /// A published file, and the same file built here.
    PublishedAndBuilt,
    /// The build here, and the rebuild here under other conditions.
    BuiltTwice,
}

impl Between {
    /// Their names in text and JSON.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::PublishedAndBuilt => "published and built here",
            Self::BuiltTwice => "built here, and built here under other conditions",
        }
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
