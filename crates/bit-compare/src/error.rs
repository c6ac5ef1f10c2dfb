//! Everything that keeps two trees from being compared; each text names the file and ends with the remedy.

use std::path::PathBuf;

use untrusted_input::spelling::name;

/// The result of anything that can fail to decide.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing could be decided. None of these means *different*: that is a result, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something could not be read, or changed meanwhile.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// A FIFO, socket or device: it has no content of its own to compare.
    #[error("{path:?} is a {what}, which has no content to compare; remove it from the build's result")]
    Special {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Both arguments are one and the same object.
    #[error(
        "{original:?} and {rebuilt:?} are the same object, which proves nothing; give two separate builds \
         (of files that a store hard-linked, give the folders that hold them)"
    )]
    SameObject {
        /// The first argument.
        original: PathBuf,
        /// The second argument.
        rebuilt: PathBuf,
    },
    /// Neither side holds a single file.
    #[error(
        "nothing to compare: neither {original:?} nor {rebuilt:?} holds a file; give the folders that hold the builds"
    )]
    NothingToCompare {
        /// The first argument.
        original: PathBuf,
        /// The second argument.
        rebuilt: PathBuf,
    },
    /// A tree to hash holds no file.
    #[error("nothing to hash: {path:?} holds no file; give a file or a folder of files")]
    NothingToHash {
        /// The argument.
        path: PathBuf,
    },
}

impl Error {
    /// What happened, for documents: without the remedy, and without where things lie on this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Input(error) => error.in_documents(),
            Self::Special { path, what } => format!("{} is a {what}", name(path)),
            Self::SameObject { .. } | Self::NothingToCompare { .. } | Self::NothingToHash { .. } => {
                "something else failed".into()
            }
        }
    }

    /// Something wrote to what is being compared.
    pub(crate) fn changed(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        untrusted_input::Error::Changed { path }.into()
    }

    /// Something could not be read.
    pub fn read(path: impl Into<PathBuf>, cause: std::io::Error) -> Self {
        untrusted_input::Error::read(path, cause).into()
    }
}
