//! What keeps a content from being mapped.

use std::io;

/// Why a content could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Its file could not be read, or has changed.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// A temporary file could not be written or read. The folder is the environment's, so it is not quoted.
    #[error(
        "cannot use the folder for temporary files: {0}; point TMPDIR at one with space that this user may write to"
    )]
    Temporary(
        /// What the system answered.
        io::Error,
    ),
}

/// The result of reading a content.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What happened, for documents: without the remedy, and without where things lie on this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Input(error) => error.in_documents(),
            Self::Temporary(_) => "something else failed".into(),
        }
    }
}

/// Why a content has no map.
#[derive(Debug)]
pub enum MapFailure {
    /// It could not be read: nothing can be decided about it.
    Unreadable(Error),
    /// It does not follow its format, or goes beyond a limit; the rule that it breaks.
    Malformed(String),
}

impl From<Error> for MapFailure {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

/// A rule that the content breaks.
pub fn malformed(rule: impl Into<String>) -> MapFailure {
    MapFailure::Malformed(rule.into())
}
