//! What keeps a difference from being explained.

/// The result of explaining something.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a file of a comparison could not be looked into. What does not follow its format can: it is explained as bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Its tree does not give it.
    #[error(transparent)]
    Compare(#[from] bit_compare::Error),
    /// Its content could not be read.
    #[error(transparent)]
    Content(#[from] binary_formats::Error),
}

impl From<untrusted_input::Error> for Error {
    fn from(error: untrusted_input::Error) -> Self {
        Self::Compare(error.into())
    }
}

impl Error {
    /// What happened, for documents: without the remedy, and without where things lie on this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Compare(error) => error.in_documents(),
            Self::Content(error) => error.in_documents(),
        }
    }
}
