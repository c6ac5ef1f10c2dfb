//! The errors of a comparison. Each message names the file and ends with the remedy.

use std::path::PathBuf;

use untrusted_input::error::OTHER_FAILURE;
use untrusted_input::spelling::name;

/// The result of an operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why there is no verdict. None of these means *different*, which is a result and not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read, or changed while it was read.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// A FIFO, socket or device, which has no content to compare.
    #[error("{path:?} is a {what}, which has no content to compare; remove it from the build's result")]
    Special {
        /// Its path.
        path: PathBuf,
        /// Its type.
        what: &'static str,
    },
    /// Both arguments are the same object.
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
    /// Neither side holds a file.
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
    /// The message for documents: without the remedy, and without the folders of this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Input(error) => error.in_documents(),
            Self::Special { path, what } => format!("{} is a {what}", name(path)),
            Self::SameObject { .. } | Self::NothingToCompare { .. } | Self::NothingToHash { .. } => {
                OTHER_FAILURE.into()
            }
        }
    }
}
