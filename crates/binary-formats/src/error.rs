//! Reasons why a content has no map.

pub use untrusted_input::Error;
pub(crate) use untrusted_input::Result;

/// Why a content has no map.
#[derive(Debug)]
pub enum MapFailure {
    /// The content could not be read, so nothing can be decided about it.
    Unreadable(Error),
    /// The content does not follow its format or exceeds a limit. Holds the rule that it breaks.
    Malformed(String),
}

impl From<Error> for MapFailure {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

/// [`MapFailure::Malformed`] with the rule that the content breaks.
pub fn malformed(rule: impl Into<String>) -> MapFailure {
    MapFailure::Malformed(rule.into())
}
