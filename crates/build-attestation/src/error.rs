//! The errors of attesting and verifying. Each message names the file or argument and ends with the remedy.

use std::path::PathBuf;

/// The result of an operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why there is no verdict. None of these means *rejected*, which is a result and not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A document could not be read, or is not valid.
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
    /// An argument is missing or not valid.
    #[error("{argument} {value:?} is not valid: {why}")]
    Argument {
        /// The argument's name on the command line.
        argument: &'static str,
        /// The argument's value.
        value: String,
        /// The rule that the value breaks, and the remedy.
        why: &'static str,
    },
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
    /// Makes the error for a file that breaks a rule of its format.
    pub(crate) fn invalid(
        path: impl Into<PathBuf>,
        format: &'static str,
        why: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        untrusted_input::Error::invalid(path, format, why, remedy).into()
    }

    /// The message for documents: without the remedy, and without the folders of this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Input(error) => error.in_documents(),
            Self::Compare(error) => error.in_documents(),
            Self::Randomness(_) | Self::Argument { .. } | Self::TooManySubjects { .. } => {
                "something else failed".into()
            }
        }
    }
}
