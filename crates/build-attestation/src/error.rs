//! The errors of attesting and verifying. Each message names the file or argument and ends with the remedy.

use std::path::PathBuf;

use untrusted_input::error::OTHER_FAILURE;

/// The result of an operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why there is no verdict. None of these means *rejected*, which is a result and not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A document could not be read, or it or an argument is not valid.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// An artifact could not be read.
    #[error(transparent)]
    Compare(#[from] bit_compare::Error),
    /// The operating system provided no randomness for a key.
    #[error("cannot make a key: {0}; try again on a system that has a source of randomness")]
    Randomness(
        /// The operating system's error.
        String,
    ),
    /// A build has more files than one statement may name.
    #[error(
        "{path:?} holds {count} files, but a statement may name at most {limit} subjects (verifiers reject more); \
         attest to an archive of the tree instead"
    )]
    TooManySubjects {
        /// The tree.
        path: PathBuf,
        /// The number of its files.
        count: usize,
        /// The largest number allowed.
        limit: usize,
    },
}

impl Error {
    /// The message for documents: without the remedy, and without the folders of this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Input(error) => error.in_documents(),
            Self::Compare(error) => error.in_documents(),
            Self::Randomness(_) | Self::TooManySubjects { .. } => OTHER_FAILURE.into(),
        }
    }
}
