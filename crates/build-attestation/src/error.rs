//! What keeps this crate from attesting or deciding; each text names the file or argument and ends with the remedy.

use std::path::PathBuf;

/// The result of anything that can fail to decide.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing could be decided. None of these means *rejected*: that is a result, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A document could not be read, or is not valid.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// An artifact could not be read.
    #[error(transparent)]
    Compare(#[from] bit_compare::Error),
    /// The system gave no randomness for a key.
    #[error("cannot make a key: {0}; try again on a system that has a source of randomness")]
    Randomness(
        /// What the system answered.
        String,
    ),
    /// What is asked for cannot be decided about.
    #[error("{argument} {value:?} is not valid: {why}")]
    Argument {
        /// Which argument, by its name on the command line.
        argument: &'static str,
        /// Its value.
        value: String,
        /// The rule it breaks, and the remedy.
        why: &'static str,
    },
    /// More files than one statement may name.
    #[error(
        "{path:?} holds {count} files, but a statement may name at most {limit} subjects (verifiers reject more); \
         attest to an archive of the tree instead"
    )]
    TooManySubjects {
        /// The tree.
        path: PathBuf,
        /// How many files it holds.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
}

impl Error {
    /// A file that breaks a rule of its format.
    pub(crate) fn invalid(
        path: impl Into<PathBuf>,
        format: &'static str,
        why: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        untrusted_input::Error::invalid(path, format, why, remedy).into()
    }

    /// What happened, for documents: without the remedy, and without where things lie on this machine.
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
