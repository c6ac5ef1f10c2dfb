//! Why no stamp could be written.

use std::path::PathBuf;

/// Why no stamp could be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What the build states of itself is not valid.
    #[error("the stamp is not valid: {0}")]
    Fields(#[source] build_info::ParseError),
    /// A file cannot be read.
    #[error("{}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: std::io::Error,
    },
    /// A file of cargo's is not what cargo writes.
    #[error("{}: {cause}; give what this build's cargo has printed", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: String,
    },
    /// The build made no such executable.
    #[error("cargo's messages name no executable '{0}', so nothing is known of its crates; they name: {1}")]
    NoExecutable(String, String),
    /// A package that was compiled is not in the metadata.
    #[error("cargo's metadata lacks the package '{0}', which the build has compiled; let both be of one build")]
    NoPackage(String),
    /// The stamp names another package than the one that was built.
    #[error("the stamp states {stated}, and {built} was built")]
    OtherPackage {
        /// Name and version in the stamp.
        stated: String,
        /// Name and version that cargo has built.
        built: String,
    },
    /// A release carries debug assertions.
    #[error(
        "'{0}' was compiled with debug assertions, which no release has: set `debug-assertions = false` in its profile, or name the profile dev"
    )]
    DebugAssertions(String),
    /// A release has a feature that is for debugging only.
    #[error("'{0}' was compiled with the feature '{1}', which no release has: disable it, or name the profile dev")]
    DebugFeature(String, String),
    /// The list of crates cannot be written.
    #[error("the list of crates cannot be written: {0}")]
    List(#[source] serde_json::Error),
    /// A file cannot be written.
    #[error("{}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: std::io::Error,
    },
}
