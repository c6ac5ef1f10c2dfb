//! Reasons why a content has no map.

use std::io;

/// Why a content could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be read, or has changed.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// A temporary file could not be written or read. The folder's path comes from the environment and is not quoted.
    #[error(
        "cannot use the folder for temporary files: {0}; point TMPDIR at one with space that this user may write to"
    )]
    Temporary(
        /// The system's error.
        io::Error,
    ),
}

/// The result of reading a content.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The reason for use in documents: without the remedy and without paths of this machine.
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
    /// The content could not be read, so nothing can be decided about it.
    Unreadable(Error),
    /// The content does not follow its format or exceeds a limit. Holds the rule that it breaks.
    Malformed(String),
}

impl From<Error> for MapFailure {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

/// [`MapFailure::Malformed`] with the rule that the content breaks.
pub fn malformed(rule: impl Into<String>) -> MapFailure {
    MapFailure::Malformed(rule.into())
}
