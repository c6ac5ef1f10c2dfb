//! Two things that should be the same, and are not.

use std::fmt;
use std::path::PathBuf;

use bit_compare::comparison::Comparison;
use bit_compare::path::EntryPath;

/// Two things that should be the same.
#[derive(Debug)]
pub struct Difference {
    /// What was compared.
    pub between: Between,
    /// The path in the build, of single files.
    pub path: Option<EntryPath>,
    /// One of them.
    pub original: PathBuf,
    /// The other.
    pub rebuilt: PathBuf,
    /// How they differ.
    pub comparison: Comparison,
}

/// Which two things should be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// A published file, and what was built of it here.
    PublishedAndBuilt,
    /// What was built here, and what was built here under other conditions.
    BuiltTwice,
}

impl Between {
    /// What to call them.
    pub const fn as_str(self) -> &'static str {
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
