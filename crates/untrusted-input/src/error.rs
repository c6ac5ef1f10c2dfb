//! What keeps a file from being read; each text names the file and ends with the remedy.

use std::io;
use std::path::{Path, PathBuf};

use crate::spelling::name;

/// The result of reading something.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file, folder or link could not be read.
    #[error("cannot read {path:?}: {cause}; check that it exists and that this user may read it")]
    Read {
        /// What could not be read.
        path: PathBuf,
        /// What the system answered.
        cause: io::Error,
    },
    /// Something wrote to what is being read.
    #[error("{path:?} changed while it was being compared; compare again once nothing writes to it")]
    Changed {
        /// What changed.
        path: PathBuf,
    },
    /// A file does not follow its format.
    #[error("{path:?} is not a valid {format}: {why}; {remedy}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What it should be.
        format: &'static str,
        /// The rule it breaks.
        why: String,
        /// What to do about it.
        remedy: &'static str,
    },
}

impl Error {
    /// Something that could not be read.
    pub fn read(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self::Read {
            path: path.into(),
            cause,
        }
    }

    /// A file that breaks a rule of its format.
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

    /// What happened, for documents: without the remedy, and without where things lie on this machine.
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

/// What the system answered, without the path that `tempfile` adds.
pub fn plain(cause: io::Error) -> io::Error {
    match cause.raw_os_error() {
        Some(_) => cause,
        None => cause.kind().into(),
    }
}
