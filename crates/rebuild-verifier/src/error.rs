//! The errors that prevent a decision. Each text names the file and ends with the remedy.

use std::io;
use std::path::PathBuf;

use untrusted_input::error::OTHER_FAILURE;

/// The result of a function that may be unable to decide.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why nothing could be decided. None of these means *different*: that is a result, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read, or it or an argument is invalid.
    #[error(transparent)]
    Input(#[from] untrusted_input::Error),
    /// Two trees could not be compared, or their differences not be explained.
    #[error(transparent)]
    Compare(#[from] bit_compare::Error),
    /// Nothing could be attested or verified.
    #[error(transparent)]
    Attestation(#[from] build_attestation::Error),
    /// A required program could not be run.
    #[error("cannot run {program}: {cause}; {remedy}")]
    Tool {
        /// The program.
        program: &'static str,
        /// What the system answered.
        cause: io::Error,
        /// What to do about it.
        remedy: &'static str,
    },
    /// Nix failed at something other than a build.
    #[error("nix could not {what}: {why}; run it again by hand to see the whole log")]
    Nix {
        /// What it was to do.
        what: String,
        /// What it answered.
        why: String,
    },
    /// Nix builds as the owner of the store.
    #[error(
        "a build could change what both builds read, because Nix runs builds as the owner of the store; let root give it a \
         build-users-group with members, as `./bootstrap --configure-nix` does, or use Nix's daemon; or, if no build script \
         would do that, add --trust-build-scripts"
    )]
    BuildsAsOwner,
    /// Nix did not build something.
    #[error("nix could not build {what}: {why}; run it again by hand to see the whole log")]
    NotBuilt {
        /// The attributes.
        what: String,
        /// What it answered.
        why: String,
    },
    /// The run was cancelled.
    #[error("cancelled: nothing more was decided or written; run again to decide")]
    Cancelled,
    /// An output would land inside an input.
    #[error("{path:?} lies inside {root:?}, which is read by the same command; write the output elsewhere")]
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
        "cannot write {path:?}: {cause}; check that its folder is there and writable, and that its disk has space left"
    )]
    Write {
        /// The output.
        path: PathBuf,
        /// What the system answered.
        cause: io::Error,
    },
    /// An environment variable is not valid. Its value may be secret, so the message does not quote it.
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
    /// The command line allows more than the policy.
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
}

impl Error {
    /// The error's text for documents: without the remedy, and without paths of this machine.
    pub fn in_documents(&self) -> String {
        match self {
            Self::Input(error) => error.in_documents(),
            Self::Compare(error) => error.in_documents(),
            Self::Attestation(error) => error.in_documents(),
            Self::Nix { what, .. } => format!("nix could not {what}"),
            Self::NotBuilt { what, why } => format!("nix could not build {what}: {why}"),
            _ => OTHER_FAILURE.into(),
        }
    }

    pub(crate) fn write(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self::Write {
            path: path.into(),
            cause,
        }
    }
}
