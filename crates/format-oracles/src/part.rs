//! The reading of another reader.

use std::fmt;
use std::ops::Range;

use untrusted_input::spelling::escape;

/// A section, an image or a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name, as maps show it. `None` if the name is not compared.
    pub name: Option<String>,
    /// Its range in the file, in bytes.
    pub range: Range<u64>,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or("something");
        let bytes = self.range.end - self.range.start;
        write!(f, "{name:?} with {bytes} bytes at {}", self.range.start)
    }
}

/// Everything that another reader finds in a file.
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    /// Whether the list is complete, so that this project must not find more.
    pub(crate) are_all: bool,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self {
            parts: Vec::new(),
            are_all: true,
        }
    }

    /// Adds a part with its offset and its size in bytes. Some names are not compared.
    pub(crate) fn add(&mut self, name: Option<&[u8]>, start: u64, bytes: u64) {
        self.parts.push(Part {
            name: name.map(escape),
            // A range that would overflow is cut off.
            range: start..start.saturating_add(bytes),
        });
    }
}
