//! The errors of reading input. Each message names the file or argument and ends with the remedy.

use std::io;
use std::path::{Path, PathBuf};

use crate::spelling::name;

/// The result of reading an input.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The text in documents for an error that is about the command and not about a file.
pub const OTHER_FAILURE: &str = "something else failed";

/// Why an input could not be read. [`InputError`] makes these errors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file, folder or link could not be read.
    #[error("cannot read {path:?}: {cause}; check that it exists and that this user may read it")]
    Read {
        /// The path that could not be read.
        path: PathBuf,
        /// The operating system's error.
        cause: io::Error,
    },
    /// Something wrote to a file while it was being read.
    #[error("{path:?} changed while it was being compared; compare again once nothing writes to it")]
    Changed {
        /// The path that changed.
        path: PathBuf,
    },
    /// A file does not follow its format.
    #[error("{path:?} is not a valid {format}: {why}; {remedy}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The expected format.
        format: &'static str,
        /// The rule that the file breaks.
        why: String,
        /// What to do about it.
        remedy: &'static str,
    },
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
    /// A temporary file could not be written or read. TMPDIR may name the folder, so the message does not quote it.
    #[error("cannot use the folder for temporary files: {0}; point TMPDIR at a writable folder with space left")]
    Temporary(
        /// The operating system's error.
        io::Error,
    ),
}

/// Makes the errors of this crate, also as an error type of another crate that contains them.
pub trait InputError: From<Error> {
    /// Makes an [`Error::Read`].
    fn read(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        let path = path.into();
        Error::Read { path, cause }.into()
    }

    /// Makes an [`Error::Changed`].
    fn changed(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Error::Changed { path }.into()
    }

    /// Makes an [`Error::Invalid`].
    fn invalid(path: impl Into<PathBuf>, format: &'static str, why: impl Into<String>, remedy: &'static str) -> Self {
        let error = Error::Invalid {
            path: path.into(),
            format,
            why: why.into(),
            remedy,
        };
        error.into()
    }

    /// Makes an [`Error::Argument`].
    fn argument(argument: &'static str, value: impl Into<String>, why: &'static str) -> Self {
        let value = value.into();
        Error::Argument { argument, value, why }.into()
    }

    /// Makes an [`Error::Temporary`].
    fn temporary(cause: io::Error) -> Self {
        Error::Temporary(plain(cause)).into()
    }
}

impl<E: From<Error>> InputError for E {}

impl Error {
    /// The message for documents: without the remedy, and without the folders of this machine.
    pub fn in_documents(&self) -> String {
        let name = |path: &Path| match path.file_name() {
            Some(_) => name(path),
            None => "it".into(),
        };
        match self {
            Self::Read { path, cause } => format!("cannot read {}: {cause}", name(path)),
            Self::Changed { path } => format!("{} changed meanwhile", name(path)),
            Self::Invalid { path, format, why, .. } => format!("{} is not a valid {format}: {why}", name(path)),
            Self::Argument { .. } | Self::Temporary(_) => OTHER_FAILURE.into(),
        }
    }
}

/// The operating system's error, without the path that `tempfile` adds.
pub fn plain(cause: io::Error) -> io::Error {
    match cause.raw_os_error() {
        Some(_) => cause,
        None => cause.kind().into(),
    }
}
