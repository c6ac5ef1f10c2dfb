//! A difference as observed. Its cause, its rank and its explanation follow from it.

use std::ops::Range;
use std::sync::Arc;

use binary_formats::content::Content;
use binary_formats::{Field, shown_hex, shown_text};
use bit_compare::Result;
use bit_compare::explanation::{ChangeKind, Confidence, Explanation, LikelyCause, Place};
use bit_compare::path::EntryPath;
use untrusted_input::format::Format;
use untrusted_input::spelling::plural;

use crate::both::Both;
use crate::causes::{self, Evidence};
use crate::clues::Clue;

/// Bytes that are examined on either side of the beginning of a difference.
const CONTEXT_BYTES: u64 = 256;
/// Text that is shown before and after the beginning of a difference.
const SHOWN_BEFORE_BYTES: usize = 48;
const SHOWN_AFTER_BYTES: usize = 80;
/// Bytes that are shown if they are not text.
const SHOWN_HEX_BYTES: u64 = 16;
/// Shorter runs of text around a difference are chance.
const SHORTEST_TEXT_BYTES: usize = 4;

/// One side of a difference.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    /// The innermost content that contains it.
    pub(crate) content: Content,
    /// Range of the part.
    pub(crate) part: Range<u64>,
    /// The bytes that differ.
    pub(crate) range: Range<u64>,
    /// The text to show instead of the bytes: a field's value, for example.
    pub(crate) value: Option<String>,
}

impl Values {
    /// A whole content.
    pub(crate) fn whole(content: &Content) -> Self {
        Self {
            content: content.clone(),
            part: 0..content.length(),
            range: 0..content.length(),
            value: None,
        }
    }

    /// The same bytes, shown as this value.
    pub(crate) fn shown_as(self, value: String) -> Self {
        Self {
            value: Some(value),
            ..self
        }
    }

    /// The bytes that differ.
    pub(crate) fn bytes(&self) -> Content {
        self.content.slice(self.range.clone())
    }

    /// The number of bytes that differ.
    pub(crate) fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// The number of bytes that differ, in words, such as `2 bytes`.
    pub(crate) fn counted(&self, one: &str, many: &str) -> String {
        plural(self.length(), one, many)
    }

    /// The bytes around the beginning of the difference, and the offset of that beginning in them.
    fn context(&self) -> Result<(Vec<u8>, usize)> {
        let start = self.range.start.saturating_sub(CONTEXT_BYTES).max(self.part.start);
        let end = (self.range.start + CONTEXT_BYTES).min(self.part.end);
        let bytes = self.content.bytes(start, end.saturating_sub(start) as usize)?;
        let at = (self.range.start - start) as usize;
        Ok((bytes, at))
    }

    /// What the bytes look like.
    pub(crate) fn clue(&self) -> Result<Option<Clue>> {
        let (bytes, at) = self.context()?;
        Ok(crate::clues::clue(&bytes, at.min(bytes.len())))
    }

    fn place(&self) -> Result<Place> {
        Ok(Place {
            offset_in_file_bytes: self.content.offset_in_file(self.range.start),
            offset_bytes: self.range.start,
            offset_in_part_bytes: self.range.start - self.part.start,
            part_bytes: self.part.end - self.part.start,
            value: match &self.value {
                Some(value) => value.clone(),
                None => self.excerpt()?,
            },
        })
    }

    /// The text around the difference, or its bytes if there is no text.
    fn excerpt(&self) -> Result<String> {
        if self.range.is_empty() {
            return Ok("nothing".into());
        }
        let (bytes, at) = self.context()?;
        let is_text = |byte: &u8| matches!(byte, b' '..=b'~');
        let start = bytes[..at]
            .iter()
            .rposition(|byte| !is_text(byte))
            .map_or(0, |before| before + 1)
            .max(at.saturating_sub(SHOWN_BEFORE_BYTES));
        let end = bytes[at..]
            .iter()
            .position(|byte| !is_text(byte))
            .map_or(bytes.len(), |length| at + length)
            .min(at + SHOWN_AFTER_BYTES);
        if end > at && end - start >= SHORTEST_TEXT_BYTES {
            return Ok(shown_text(&bytes[start..end]));
        }
        let length = self.length().min(SHOWN_HEX_BYTES);
        let more = if self.length() > length { "…" } else { "" };
        let bytes = self.content.bytes(self.range.start, length as usize)?;
        Ok(format!("{}{more}", shown_hex(&bytes)))
    }
}

/// One difference in a part.
#[derive(Clone, Debug)]
pub(crate) struct PartDifference {
    /// The nested members that contain it, outermost first.
    pub(crate) members: Arc<[String]>,
    pub(crate) format: Format,
    pub(crate) part: String,
    /// The field that contains it, if any.
    pub(crate) field: Option<String>,
    pub(crate) kind: ChangeKind,
    /// What the bytes look like.
    pub(crate) clue: Option<Clue>,
    /// Whether the field is derived from other bytes.
    pub(crate) derived: bool,
    pub(crate) original: Option<Values>,
    pub(crate) rebuilt: Option<Values>,
    /// Number of similar places, including this one.
    pub(crate) places: u64,
    /// Number of bytes that differ in all of them.
    pub(crate) differing_bytes: u64,
}

impl PartDifference {
    /// The difference of two whole contents, if nothing more specific is known.
    pub(crate) fn of_contents(members: &[String], contents: Both<&Content>) -> Self {
        let Both { original, rebuilt } = contents.map(Values::whole);
        let differing_bytes = original.length().max(rebuilt.length());
        Self {
            members: members.into(),
            format: Format::Bytes,
            part: "content".into(),
            field: None,
            kind: ChangeKind::Changed,
            clue: None,
            derived: false,
            original: Some(original),
            rebuilt: Some(rebuilt),
            places: 1,
            differing_bytes,
        }
    }

    /// Records the field that contains the difference.
    pub(crate) fn set_field(&mut self, field: &Field) {
        self.field = Some(field.name.clone());
        self.derived = field.derived;
    }

    /// The matching cause of the table, if any.
    pub(crate) fn cause(&self) -> Option<(&'static causes::Cause, Confidence)> {
        causes::find(Evidence {
            format: self.format,
            part: &self.part,
            field: self.field.as_deref().unwrap_or(""),
            kind: self.kind,
            clue: self.clue,
            derived: self.derived,
        })
    }

    /// The sort key of reports: differences with a cause by confidence, then those without a cause, then those that
    /// only follow from others. Each group is sorted by offset.
    pub(crate) fn rank(&self) -> (u8, u64) {
        let group = match self.cause() {
            Some((cause, _)) if cause.follows => 4,
            Some((_, confidence)) => confidence as u8,
            None => 3,
        };
        let side = self.original.as_ref().or(self.rebuilt.as_ref());
        (group, side.map_or(0, |side| side.range.start))
    }

    /// Whether it only follows from other differences.
    pub(crate) fn follows(&self) -> bool {
        self.cause().is_some_and(|(cause, _)| cause.id == causes::FOLLOWS)
    }

    /// Makes the explanation. `alone` means that there is no other difference that this one could follow from.
    pub(crate) fn explanation(self, path: &EntryPath, alone: bool) -> Result<Explanation> {
        let cause = self.cause().filter(|_| !(alone && self.follows()));
        let cause = cause.map(|(cause, confidence)| LikelyCause {
            id: cause.id.into(),
            cause: cause.cause.into(),
            fix: cause.fix.into(),
            confidence,
            follows: cause.follows,
        });
        let place = |values: &Option<Values>| values.as_ref().map(Values::place).transpose();
        Ok(Explanation {
            path: path.clone(),
            original: place(&self.original)?,
            rebuilt: place(&self.rebuilt)?,
            members: self.members.to_vec(),
            format: self.format,
            part: self.part,
            field: self.field,
            kind: self.kind,
            places: self.places,
            differing_bytes: self.differing_bytes,
            cause,
        })
    }
}
