//! The folder of a result: which documents lie in it, and what they say together.
//!
//! | what came of building something twice | documents |
//! |---|---|
//! | the same, and somebody attests to it | `comparison.json`, `statement.json` |
//! | not the same | `comparison.json`, `definition.json` |
//! | nothing to compare, or not the same each time | `definition.json`, `failure.json` |
//!
//! What reading one proves: its documents follow their formats; whether they agree with each other is told with what they
//! say. What it does not prove: that anybody signed them, or that they speak of the artifacts at hand.

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

pub use read::contradiction;
pub use write::NewResult;

/// A document in the folder of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultDocument {
    /// Who attests to what: there only if both builds are the same.
    Statement,
    /// How the two builds compare.
    Comparison,
    /// What was to be built: there where nobody attests to it.
    Definition,
    /// Why there is nothing to compare.
    Failure,
}

impl ResultDocument {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Statement, Self::Comparison, Self::Definition, Self::Failure];

    /// The name of its file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Statement => "statement.json",
            Self::Comparison => "comparison.json",
            Self::Definition => "definition.json",
            Self::Failure => "failure.json",
        }
    }

    /// Whether a path would be taken for one of them.
    pub fn is_any(path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| Self::ALL.iter().any(|one| name.eq_ignore_ascii_case(one.file_name())))
    }

    /// What errors call it.
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

    /// Reads the bytes of one, wherever it lies.
    ///
    /// # Errors
    /// When it cannot be read, or is longer than such a document may be.
    pub fn read(self, file: &Path) -> Result<Vec<u8>> {
        Ok(file::read(file, self.format(), self.longest_bytes())?)
    }
}

impl fmt::Display for ResultDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name())
    }
}

/// A folder that is for one result. It need not be there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultFolder(PathBuf);

impl ResultFolder {
    /// The folder at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder that `file` lies in as the statement of a result, if its name says that it is one.
    pub fn of_statement(file: &Path) -> Option<Self> {
        let is_statement = file.file_name()? == ResultDocument::Statement.file_name();
        is_statement.then(|| Self::new(folder_of(file)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a document is or would be.
    pub fn file(&self, document: ResultDocument) -> PathBuf {
        self.0.join(document.file_name())
    }

    /// Where every document is or would be.
    pub fn files(&self) -> [PathBuf; 4] {
        ResultDocument::ALL.map(|document| self.file(document))
    }

    /// Whether something has the name of a document.
    pub fn holds(&self, document: ResultDocument) -> bool {
        self.file(document).symlink_metadata().is_ok()
    }

    /// Whether something has the name of any of them.
    pub fn holds_any(&self) -> bool {
        ResultDocument::ALL.iter().any(|one| self.holds(*one))
    }
}

/// What the documents of a result say.
#[derive(Debug)]
pub struct StoredResult {
    /// What was built, from what, and what was varied.
    pub definition: Definition,
    /// Who attests to it; nobody does where the builds differ.
    pub attester: Option<Attester>,
    /// How the two builds compare, or why there is nothing to compare.
    pub found: ComparedOrFailed,
    /// Where the documents contradict each other, if they do.
    pub contradiction: Option<String>,
}

/// What came of two builds.
#[derive(Debug)]
pub enum ComparedOrFailed {
    /// Both were built, and compared.
    Compared(Comparison),
    /// One of them failed, or does not give the same each time.
    Failed(Failure),
}
