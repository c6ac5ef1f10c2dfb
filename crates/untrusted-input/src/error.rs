//! The errors of reading files. Each message names the file and ends with the remedy.

use std::io;
use std::path::{Path, PathBuf};

use crate::spelling::name;

/// The result of reading a file.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a file could not be read.
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
}

impl Error {
    /// Makes an [`Error::Read`].
    pub fn read(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self::Read {
            path: path.into(),
            cause,
        }
    }

    /// Makes an [`Error::Invalid`].
    pub fn invalid(
        path: impl Into<PathBuf>,
        format: &'static str,
        why: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        Self::Invalid {
            path: path.into(),
            format,
            why: why.into(),
            remedy,
        }
    }

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
