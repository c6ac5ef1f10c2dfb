//! What a reader sees of a file.

use std::fmt;
use std::ops::Range;

use untrusted_input::spelling::escape;

/// A section, an image or a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name, as it is shown; `None` when that is not compared.
    pub name: Option<String>,
    /// Where it is in the file, in bytes.
    pub range: Range<u64>,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or("something");
        let bytes = self.range.end - self.range.start;
        write!(f, "{name:?} with {bytes} bytes at {}", self.range.start)
    }
}

/// All that another reader sees of a file.
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    /// Whether there is nothing else that this project should see.
    pub(crate) are_all: bool,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self {
            parts: Vec::new(),
            are_all: true,
        }
    }

    /// Adds a part of a name that may not be compared, and of so many bytes from an offset on.
    pub(crate) fn add(&mut self, name: Option<&[u8]>, start: u64, bytes: u64) {
        self.parts.push(Part {
            name: name.map(escape),
            // A place beyond all numbers is cut off.
            range: start..start.saturating_add(bytes),
        });
    }
}
