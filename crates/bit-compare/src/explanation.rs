//! Why entries differ, as data: what `comparison.json` says of it. Nothing here finds an explanation, and none decides.

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
    /// The members that lead to the content in question, outermost first; empty for the file itself.
    pub members: Vec<String>,
    /// The format of that content.
    pub format: Format,
    /// The section, header or member that differs.
    pub part: String,
    /// The field of the part, if the bytes belong to one.
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
    /// How many places of the part are like this one, this one included.
    pub places: u64,
    /// Bytes that differ in them.
    pub differing_bytes: u64,
    /// Why, if that is known.
    #[serde(deserialize_with = "json::nullable")]
    pub cause: Option<LikelyCause>,
}

/// How a part differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Both have it, with other bytes.
    Changed,
    /// Only the original has it.
    Missing,
    /// Only the rebuild has it.
    Unexpected,
    /// Both have the same parts, in another order.
    Order,
    /// Both hold the same content, packed into other bytes.
    Packing,
}

/// Where one side has what, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Offset in the file of the comparison; `None` when the content had to be unpacked.
    #[serde(deserialize_with = "json::nullable")]
    pub offset_in_file_bytes: Option<u64>,
    /// Offset in the innermost content.
    pub offset_bytes: u64,
    /// Offset in the part.
    pub offset_in_part_bytes: u64,
    /// Length of the part.
    pub part_bytes: u64,
    /// What is there, as people read it: a field's value, a text in quotes, or bytes in hexadecimal.
    pub value: String,
}

/// The cause that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikelyCause {
    /// Its name in the table.
    pub id: String,
    /// What makes the builds differ.
    pub cause: String,
    /// What makes them the same.
    pub fix: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether it only follows from other differences.
    pub follows: bool,
}

/// All that was found about one pair of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The explanations: causes before consequences, sure ones before others; at least one.
    pub explanations: Vec<Explanation>,
    /// How many more there were than the limits allow.
    pub omitted: u64,
}

/// How sure it is that a cause is the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The format leaves no other.
    Certain,
    /// It looks just like it.
    Likely,
    /// It is one of several.
    Possible,
}

impl Confidence {
    /// Its name, as in `comparison.json`.
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
