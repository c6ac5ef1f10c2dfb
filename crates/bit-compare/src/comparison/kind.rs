//! The ways in which an entry can differ, as `comparison.json` names them.

use serde::{Deserialize, Serialize};
use untrusted_input::digest::Sha256;

use crate::engine::ContentDifference;

/// How an entry differs. An entry may differ in more than one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DifferenceKind {
    /// The rebuild has nothing there.
    Missing {},
    /// The original has nothing there.
    Unexpected {},
    /// The types differ.
    Type {},
    /// The executable bits differ.
    Executable {},
    /// The links point to different places.
    LinkTarget {},
    /// The bytes differ.
    Content {
        /// Offset of the first byte that differs or that only one side has.
        first_differing_offset_bytes: u64,
        /// Number of positions at which the bytes differ, plus the bytes that only the longer side has.
        differing_bytes: u64,
    },
    /// Only bytes of code signatures differ. Only at [`Level::Unsigned`](super::Level).
    Signature {
        /// Offset of the first byte that differs or that only one side has.
        first_differing_offset_bytes: u64,
        /// Number of positions at which the bytes differ, plus the bytes that only the longer side has.
        differing_bytes: u64,
        /// The digest of both without their signatures.
        unsigned_sha256: Sha256,
    },
}

impl DifferenceKind {
    /// The name in `comparison.json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing {} => "missing",
            Self::Unexpected {} => "unexpected",
            Self::Type {} => "type",
            Self::Executable {} => "executable",
            Self::LinkTarget {} => "link-target",
            Self::Content { .. } => "content",
            Self::Signature { .. } => "signature",
        }
    }

    /// Where the contents differ, if they do.
    pub fn content(&self) -> Option<ContentDifference> {
        match *self {
            Self::Content {
                first_differing_offset_bytes,
                differing_bytes,
            }
            | Self::Signature {
                first_differing_offset_bytes,
                differing_bytes,
                ..
            } => Some(ContentDifference {
                first_differing_offset_bytes,
                differing_bytes,
            }),
            _ => None,
        }
    }
}
