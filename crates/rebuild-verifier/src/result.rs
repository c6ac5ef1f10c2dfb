//! The folder of a result: which documents it contains, and what they say together.
//!
//! | outcome of building twice | documents |
//! |---|---|
//! | identical and attested | `comparison.json`, `statement.json` |
//! | different | `comparison.json`, `definition.json` |
//! | a build failed or is not repeatable | `definition.json`, `failure.json` |
//!
//! Reading a result proves that its documents follow their formats, and reports whether they agree with each other. It
//! does not prove that anybody signed them, or that they are about the artifacts at hand.

mod read;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};

use bit_compare::comparison::{self, Comparison};
use build_attestation::definition::{self, Definition};
use build_attestation::statement::{self, Attester};
use untrusted_input::file;

use crate::error::Result;
use crate::failure::{self, Failure};
use crate::outputs::folder_of;

pub(crate) use read::contradiction;
pub use write::NewResult;

/// A document in the folder of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultDocument {
    /// The attestation; it exists only for identical builds.
    Statement,
    /// How the two builds compare.
    Comparison,
    /// What was to be built; it exists if there is no statement.
    Definition,
    /// Why a build failed or is not repeatable.
    Failure,
}

impl ResultDocument {
    /// Every one of them.
    pub(crate) const ALL: [Self; 4] = [Self::Statement, Self::Comparison, Self::Definition, Self::Failure];

    /// The name of its file.
    pub(crate) const fn file_name(self) -> &'static str {
        match self {
            Self::Statement => "statement.json",
            Self::Comparison => "comparison.json",
            Self::Definition => "definition.json",
            Self::Failure => "failure.json",
        }
    }

    /// Whether a path has the name of one of them.
    pub fn is_any(path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| Self::ALL.iter().any(|one| name.eq_ignore_ascii_case(one.file_name())))
    }

    /// Its name in error messages.
    const fn format(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Comparison => "comparison",
            Self::Definition => "definition",
            Self::Failure => "failure",
        }
    }

    const fn longest_bytes(self) -> u64 {
        match self {
            Self::Statement => statement::LONGEST_BYTES,
            Self::Comparison => comparison::LONGEST_BYTES,
            Self::Definition => definition::LONGEST_BYTES,
            Self::Failure => failure::LONGEST_BYTES,
        }
    }

    /// Reads the bytes of such a document from `file`.
    ///
    /// # Errors
    /// When it cannot be read, or is longer than such a document may be.
    pub(crate) fn read(self, file: &Path) -> Result<Vec<u8>> {
        Ok(file::read(file, self.format(), self.longest_bytes())?)
    }
}

impl fmt::Display for ResultDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name())
    }
}

/// A folder for one result. It need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultFolder(PathBuf);

impl ResultFolder {
    /// The folder at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder of `file`, if its name is that of a result's statement.
    pub(crate) fn of_statement(file: &Path) -> Option<Self> {
        let is_statement = file.file_name()? == ResultDocument::Statement.file_name();
        is_statement.then(|| Self::new(folder_of(file)))
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a document, whether or not it exists.
    pub fn file(&self, document: ResultDocument) -> PathBuf {
        self.0.join(document.file_name())
    }

    /// The path of every document, whether or not it exists.
    pub fn files(&self) -> [PathBuf; 4] {
        ResultDocument::ALL.map(|document| self.file(document))
    }

    /// Whether the folder has an entry with a document's name.
    pub(crate) fn holds(&self, document: ResultDocument) -> bool {
        self.file(document).symlink_metadata().is_ok()
    }

    /// Whether the folder has an entry with any document's name.
    pub(crate) fn holds_any(&self) -> bool {
        ResultDocument::ALL.iter().any(|one| self.holds(*one))
    }
}

/// What the documents of a result say.
#[derive(Debug)]
pub struct StoredResult {
    /// What was built, from what, and what was varied.
    pub definition: Definition,
    /// Who attests to it; `None` if the builds differ.
    pub attester: Option<Attester>,
    /// How the two builds compare, or why there is nothing to compare.
    pub outcome: ComparedOrFailed,
    /// Where the documents contradict each other, if they do.
    pub contradiction: Option<String>,
}

/// The outcome of building twice.
#[derive(Debug)]
pub enum ComparedOrFailed {
    /// Both were built, and compared.
    Compared(Comparison),
    /// One of them failed, or is not repeatable.
    Failed(Failure),
}
