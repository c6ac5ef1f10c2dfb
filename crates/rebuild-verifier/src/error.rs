//! Everything that keeps this crate from deciding; each text names the file and ends with the remedy.

use std::io;
use std::path::{Path, PathBuf};

use crate::path::escape;

/// The result of anything that can fail to decide.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing could be decided. None of these means *different*: that is a result, not an error.
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
    /// A FIFO, socket or device: it has no content of its own to compare.
    #[error(
        "{path:?} is a {what}, which has no content to compare; remove it from the build's result"
    )]
    Special {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Something wrote to what is being compared.
    #[error(
        "{path:?} changed while it was being compared; compare again once nothing writes to it"
    )]
    Changed {
        /// What changed.
        path: PathBuf,
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
    /// A program that is needed could not be run.
    #[error("cannot run {program}: {cause}; {remedy}")]
    Tool {
        /// The program.
        program: &'static str,
        /// What the system answered.
        cause: io::Error,
        /// What to do about it.
        remedy: &'static str,
    },
    /// Nix did not do what it was asked for.
    #[error("nix could not {what}: {why}; run it again by hand to see the whole log")]
    Nix {
        /// What it was asked for.
        what: String,
        /// What it answered.
        why: String,
    },
    /// Nix did not build something.
    #[error("nix could not build {what}: {why}; run it again by hand to see the whole log")]
    NotBuilt {
        /// The attributes.
        what: String,
        /// What it answered.
        why: String,
    },
    /// Somebody wants this to stop.
    #[error("cancelled: nothing more was decided or written; run again to decide")]
    Cancelled,
    /// An output would land in what is read.
    #[error(
        "{path:?} lies inside {root:?}, which is read by the same command; write the output elsewhere"
    )]
    OutputInside {
        /// The output.
        path: PathBuf,
        /// The tree it would change.
        root: PathBuf,
    },
    /// An output exists already, or is no plain file.
    #[error("will not replace {path:?}: {why}")]
    WillNotReplace {
        /// The output.
        path: PathBuf,
        /// What is there, and the remedy.
        why: &'static str,
    },
    /// An output could not be written.
    #[error(
        "cannot write {path:?}: {cause}; check that its folder is there and may be written to, and the space left on its disk"
    )]
    Write {
        /// The output.
        path: PathBuf,
        /// What the system answered.
        cause: io::Error,
    },
    /// A temporary file could not be written or read. The folder is the environment's, so it is not quoted.
    #[error(
        "cannot use the folder for temporary files: {0}; point TMPDIR at one with space that this user may write to"
    )]
    Temporary(
        /// What the system answered.
        io::Error,
    ),
    /// An environment variable is not valid. Its value is nobody's business.
    #[error("the environment variable {variable} is not valid: {why}")]
    Environment {
        /// Its name.
        variable: &'static str,
        /// The rule that it breaks, and the remedy.
        why: &'static str,
    },
    /// Standard output was closed or full.
    #[error(
        "cannot write to standard output: {0}; the result is incomplete, so run again with an output that stays open"
    )]
    Stdout(io::Error),
    /// A file of ours does not follow its format.
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
    /// The system gave no randomness for a key.
    #[error("cannot make a key: {0}; try again on a system that has a source of randomness")]
    Randomness(
        /// What the system answered.
        String,
    ),
    /// A value on the command line is not valid.
    #[error("{argument} {value:?} is not valid: {why}")]
    Argument {
        /// Which argument.
        argument: &'static str,
        /// Its value.
        value: String,
        /// The rule it breaks, and the remedy.
        why: &'static str,
    },
    /// What the command line asks for is more than the policy allows.
    #[error("policy {path:?} cannot be relaxed: {why}; change the policy, or leave the option out")]
    Policy {
        /// The policy.
        path: PathBuf,
        /// What it does not allow.
        why: String,
    },
    /// The artifacts cannot be summarised in one statement.
    #[error("cannot summarise the verification in {path:?}: {why}")]
    Summary {
        /// The output.
        path: PathBuf,
        /// Why not, and the remedy.
        why: String,
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

/// What the system answered, without the path that `tempfile` adds.
pub(crate) fn plain(cause: io::Error) -> io::Error {
    match cause.raw_os_error() {
        Some(_) => cause,
        None => cause.kind().into(),
    }
}

impl Error {
    /// What happened, for documents: without the remedy, and without where things lie on this machine.
    pub fn in_documents(&self) -> String {
        let name = |path: &Path| match path.file_name() {
            Some(name) => escape(name.as_encoded_bytes()),
            None => "it".into(),
        };
        match self {
            Self::Read { path, cause } => format!("cannot read {}: {cause}", name(path)),
            Self::Invalid {
                path, format, why, ..
            } => format!("{} is not a valid {format}: {why}", name(path)),
            Self::Special { path, what } => format!("{} is a {what}", name(path)),
            Self::Changed { path } => format!("{} changed meanwhile", name(path)),
            Self::Nix { what, .. } => format!("nix could not {what}"),
            Self::NotBuilt { what, why } => format!("nix could not build {what}: {why}"),
            _ => "something else failed".into(),
        }
    }

    pub(crate) fn read(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self::Read {
            path: path.into(),
            cause,
        }
    }

    pub(crate) fn write(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self::Write {
            path: path.into(),
            cause,
        }
    }
}
