//! A difference before it is an explanation: what was seen, from which its cause, its rank and its text follow.

use std::ops::Range;
use std::sync::Arc;

use binary_formats::content::Content;
use binary_formats::{Field, shown_hex, shown_text};
use bit_compare::explanation::{ChangeKind, Confidence, Explanation, LikelyCause, Place};
use bit_compare::path::EntryPath;
use untrusted_input::format::Format;
use untrusted_input::spelling::plural;

use crate::both::Both;
use crate::causes::{self, Evidence};
use crate::clues::Clue;
use crate::error::Result;

/// How much around a difference is looked at, in bytes on either side of its beginning.
const CONTEXT_BYTES: u64 = 256;
/// How much of it is shown when it is text, before and after the difference begins.
const SHOWN_BEFORE_BYTES: usize = 48;
const SHOWN_AFTER_BYTES: usize = 80;
/// How much of it is shown when it is not.
const SHOWN_HEX_BYTES: u64 = 16;
/// Shorter text around a difference is chance.
const SHORTEST_TEXT_BYTES: usize = 4;

/// What one side has where both differ.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    /// The innermost content.
    pub(crate) content: Content,
    /// The part.
    pub(crate) part: Range<u64>,
    /// The bytes that differ.
    pub(crate) range: Range<u64>,
    /// The value, if it is a field's.
    pub(crate) value: Option<String>,
}

impl Values {
    /// The whole of a content.
    pub(crate) fn whole(content: &Content) -> Self {
        Self {
            content: content.clone(),
            part: 0..content.length(),
            range: 0..content.length(),
            value: None,
        }
    }

    /// The same bytes, told as this value.
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

    /// How many these are.
    pub(crate) fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// How many these are, in words: `2 bytes`.
    pub(crate) fn counted(&self, one: &str, many: &str) -> String {
        plural(self.length(), one, many)
    }

    /// The bytes around the beginning of the difference, and where in them it begins.
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

    /// The text around the difference, or else its bytes.
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

/// One thing in which a part differs.
#[derive(Clone, Debug)]
pub(crate) struct PartDifference {
    /// The members that lead to the content in question, outermost first.
    pub(crate) members: Arc<[String]>,
    pub(crate) format: Format,
    pub(crate) part: String,
    /// The field of the part, if it is in one.
    pub(crate) field: Option<String>,
    pub(crate) kind: ChangeKind,
    /// What the bytes look like.
    pub(crate) clue: Option<Clue>,
    /// Whether it only follows from other bytes.
    pub(crate) derived: bool,
    pub(crate) original: Option<Values>,
    pub(crate) rebuilt: Option<Values>,
    /// How many places are like this one, this one included.
    pub(crate) places: u64,
    /// Bytes that differ in them.
    pub(crate) differing_bytes: u64,
}

impl PartDifference {
    /// Two contents of which nothing more is known.
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

    /// Says that it is in a field.
    pub(crate) fn set_field(&mut self, field: &Field) {
        self.field = Some(field.name.clone());
        self.derived = field.derived;
    }

    /// Its cause by the table, if it has one.
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

    /// The order in which differences are told: causes by how sure they are, what has none, what only follows; by place.
    pub(crate) fn rank(&self) -> (u8, u64) {
        let group = match self.cause() {
            Some((cause, _)) if cause.follows => 4,
            Some((_, confidence)) => confidence as u8,
            None => 3,
        };
        let side = self.original.as_ref().or(self.rebuilt.as_ref());
        (group, side.map_or(0, |side| side.range.start))
    }

    /// Whether it is nothing but what follows from other differences.
    pub(crate) fn follows(&self) -> bool {
        self.cause().is_some_and(|(cause, _)| cause.id == causes::FOLLOWS)
    }

    /// The explanation; `alone` when there is nothing else that this could follow from.
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
