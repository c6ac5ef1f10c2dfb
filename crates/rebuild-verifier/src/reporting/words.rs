//! Texts that every form of a report uses.

use bit_compare::comparison::DifferenceKind;
use untrusted_input::spelling::plural;

use super::BuilderResult;

impl BuilderResult {
    /// The builder's URI; without a statement, the name of the result.
    pub(super) fn builder(&self) -> String {
        match &self.stored.attester {
            Some(attester) => attester.builder_id.to_string(),
            None => format!("nobody attests to {}", self.name),
        }
    }
}

/// Describes how an entry differs: `content: 3 bytes differ, the first at offset 128 (0x80)`.
pub(super) fn describe(kind: &DifferenceKind) -> String {
    let what = match kind {
        DifferenceKind::Missing {} => "only the original has it".into(),
        DifferenceKind::Unexpected {} => "only the rebuild has it".into(),
        DifferenceKind::Type {} => "the types differ".into(),
        DifferenceKind::Executable {} => "only one of them is executable".into(),
        DifferenceKind::LinkTarget {} => "the links point to different places".into(),
        DifferenceKind::Content {
            first_differing_offset_bytes: first,
            differing_bytes,
        } => {
            let differ = plural(*differing_bytes, "byte differs", "bytes differ");
            format!("{differ}, the first at offset {first} ({first:#x})")
        }
        DifferenceKind::Signature { .. } => "without code signatures they are the same".into(),
    };
    format!("{}: {what}", kind.name())
}
