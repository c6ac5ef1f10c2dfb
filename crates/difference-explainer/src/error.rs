//! Reasons why a difference cannot be explained.

/// The result of explaining something.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a file of a comparison could not be examined. A malformed file is not an error: its bytes are explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be opened in its tree.
    #[error(transparent)]
    Compare(#[from] bit_compare::Error),
    /// The content could not be read.
    #[error(transparent)]
    Content(#[from] binary_formats::Error),
}

impl Error {
    /// The reason for use in documents: without the remedy and without paths of this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Compare(error) => error.in_documents(),
            Self::Content(error) => error.in_documents(),
        }
    }
}
