//! The data types for explanations in `comparison.json`. This crate does not find explanations, and they do not affect
//! the verdict.

use std::fmt;

use serde::{Deserialize, Serialize};
use untrusted_input::format::Format;
use untrusted_input::json;

use crate::path::EntryPath;

/// One thing that differs inside a pair of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The entry of the comparison.
    pub path: EntryPath,
    /// The archive members that lead to the content, outermost first. Empty for the file itself.
    pub members: Vec<String>,
    /// The format of that content.
    pub format: Format,
    /// The section, header or member that differs.
    pub part: String,
    /// The field of the part, if the differing bytes belong to one.
    #[serde(deserialize_with = "json::nullable")]
    pub field: Option<String>,
    /// How it differs.
    pub kind: ChangeKind,
    /// What the original has.
    #[serde(deserialize_with = "json::nullable")]
    pub original: Option<Place>,
    /// What the rebuild has.
    #[serde(deserialize_with = "json::nullable")]
    pub rebuilt: Option<Place>,
    /// Number of places in the part that differ like this one, including this one.
    pub places: u64,
    /// Number of differing bytes in these places.
    pub differing_bytes: u64,
    /// The likely cause, if known.
    #[serde(deserialize_with = "json::nullable")]
    pub cause: Option<LikelyCause>,
}

/// How a part differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Both have it, with different bytes.
    Changed,
    /// Only the original has it.
    Missing,
    /// Only the rebuild has it.
    Unexpected,
    /// Both have the same parts in a different order.
    Order,
    /// Both hold the same content, compressed or stored differently.
    Packing,
}

/// Where the part is on one side, and the value there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Offset in the compared file. `None` if the content had to be unpacked.
    #[serde(deserialize_with = "json::nullable")]
    pub offset_in_file_bytes: Option<u64>,
    /// Offset in the innermost content.
    pub offset_bytes: u64,
    /// Offset in the part.
    pub offset_in_part_bytes: u64,
    /// Length of the part.
    pub part_bytes: u64,
    /// The value for people to read: a field's value, a quoted text, or bytes in hexadecimal.
    pub value: String,
}

/// The cause that fits a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikelyCause {
    /// The id in the table of causes.
    pub id: String,
    /// What makes the builds differ.
    pub cause: String,
    /// How to make them the same.
    pub fix: String,
    /// How certain the cause is.
    pub confidence: Confidence,
    /// Whether the difference is only a consequence of others.
    pub follows: bool,
}

/// The explanations of one comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The explanations: causes before consequences, certain ones first.
    pub explanations: Vec<Explanation>,
    /// Number of explanations that the limits left out.
    pub omitted: u64,
}

/// How certain a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The format allows no other cause.
    Certain,
    /// The difference looks exactly like this cause.
    Likely,
    /// It is one of several causes.
    Possible,
}

impl Confidence {
    /// The name in `comparison.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
