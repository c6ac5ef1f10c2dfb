//! A short run of header bytes, read as numbers and text with bounds checks.

use std::ops::Range;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use untrusted_input::spelling::escape;

use crate::content::Content;
use crate::error::{MapFailure, malformed};

/// Longer values are cut to this many characters for display.
const SHOWN_CHARACTERS: usize = 160;

/// Bytes of a content, with their offset in it.
pub struct Block {
    start: u64,
    bytes: Vec<u8>,
    big_endian: bool,
}

/// How a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// A number.
    Dec,
    /// A number in hexadecimal.
    Hex,
    /// A size, an offset, an address or a checksum: a value derived from other bytes.
    Place,
    /// Seconds since 1970.
    Unix,
    /// A number in octal digits, as tar writes it.
    Octal,
    /// A size or a checksum in octal digits.
    OctalPlace,
    /// Seconds since 1970 in octal digits.
    OctalUnix,
    /// Text up to its first NUL.
    Text,
    /// A size, written as decimal text.
    TextPlace,
    /// An MS-DOS packed time and date.
    DosTime,
    /// Raw bytes, in hexadecimal.
    Bytes,
}

impl Show {
    /// Whether the value is derived from other bytes.
    pub(crate) fn is_derived(self) -> bool {
        matches!(self, Self::Place | Self::OctalPlace | Self::TextPlace)
    }
}

/// One field of a layout: name, offset, length in bytes, and display form.
pub(crate) type Item = (&'static str, usize, usize, Show);

impl Block {
    /// Reads exactly `length` bytes from `start`. Numbers are little-endian.
    ///
    /// # Errors
    /// When the content cannot be read, or ends too early.
    pub fn read(content: &Content, start: u64, length: usize) -> Result<Self, MapFailure> {
        let bytes = content.bytes(start, length)?;
        if bytes.len() < length {
            return Err(malformed(format!(
                "it is cut off: there are not {length} bytes at {start}"
            )));
        }
        Ok(Self {
            start,
            bytes,
            big_endian: false,
        })
    }

    /// The same bytes with the given byte order.
    pub fn with_endianness(mut self, big_endian: bool) -> Self {
        self.big_endian = big_endian;
        self
    }

    /// All of its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The `length` bytes at `at`.
    ///
    /// # Errors
    /// When the block ends too early.
    pub fn get(&self, at: usize, length: usize) -> Result<&[u8], MapFailure> {
        at.checked_add(length)
            .and_then(|end| self.bytes.get(at..end))
            .ok_or_else(|| malformed(format!("it is cut off after byte {}", self.start)))
    }

    /// A number of 1 to 8 bytes.
    ///
    /// # Errors
    /// When the block ends too early.
    pub fn number(&self, at: usize, length: usize) -> Result<u64, MapFailure> {
        let bytes = self.get(at, length)?;
        let add = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        Ok(if self.big_endian {
            bytes.iter().fold(0, add)
        } else {
            bytes.iter().rev().fold(0, add)
        })
    }

    /// The number in the 2 bytes at `at`.
    ///
    /// # Errors
    /// When the block ends too early.
    pub fn u16(&self, at: usize) -> Result<u16, MapFailure> {
        self.number(at, 2).map(|number| number as u16)
    }

    /// The number in the 4 bytes at `at`.
    ///
    /// # Errors
    /// When the block ends too early.
    pub fn u32(&self, at: usize) -> Result<u32, MapFailure> {
        self.number(at, 4).map(|number| number as u32)
    }

    /// The number in the 8 bytes at `at`.
    ///
    /// # Errors
    /// When the block ends too early.
    pub(crate) fn u64(&self, at: usize) -> Result<u64, MapFailure> {
        self.number(at, 8)
    }

    /// The range in the content of some bytes of this block.
    pub(crate) fn range(&self, at: usize, length: usize) -> Range<u64> {
        let start = self.start + at as u64;
        start..start + length as u64
    }

    /// Formats a field for people.
    pub(crate) fn show(&self, at: usize, length: usize, show: Show) -> Result<String, MapFailure> {
        let bytes = self.get(at, length)?;
        Ok(match show {
            Show::Dec | Show::Place => self.number(at, length)?.to_string(),
            Show::Hex => format!("{:#x}", self.number(at, length)?),
            Show::Unix => format_unix_time(self.number(at, length)?),
            Show::Octal | Show::OctalPlace => octal(bytes).map_or_else(|| hex::encode(bytes), |it| format!("{it:o}")),
            Show::OctalUnix => octal(bytes).map_or_else(|| hex::encode(bytes), format_unix_time),
            Show::Text | Show::TextPlace => shown_text(until_nul(bytes)),
            Show::DosTime => dos_time(self.number(at, length)?),
            Show::Bytes => shown_hex(bytes),
        })
    }
}

/// The part before the first NUL.
pub fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0);
    &bytes[..end.unwrap_or(bytes.len())]
}

/// Text in quotes, cut to a displayable length.
pub fn shown_text(bytes: &[u8]) -> String {
    let cut = bytes.len().min(SHOWN_CHARACTERS);
    let more = if cut < bytes.len() { "…" } else { "" };
    format!("\"{}{more}\"", escape(&bytes[..cut]))
}

/// Bytes in hexadecimal, cut to a displayable length.
pub fn shown_hex(bytes: &[u8]) -> String {
    let cut = bytes.len().min(SHOWN_CHARACTERS / 4);
    let more = if cut < bytes.len() { "…" } else { "" };
    format!("{}{more}", hex::encode(&bytes[..cut]))
}

/// Formats a time as `1700000000 (2023-11-14T22:13:20Z)`.
pub fn format_unix_time(secs: u64) -> String {
    let date = i64::try_from(secs)
        .ok()
        .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
        .and_then(|date| date.format(&Rfc3339).ok());
    match date {
        Some(date) => format!("{secs} ({date})"),
        None => secs.to_string(),
    }
}

/// Parses a number in octal digits between blanks and NULs, or in GNU's base 256.
pub(crate) fn octal(bytes: &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    if first & 0x80 != 0 {
        let add = |number: u64, byte: &u8| number.checked_mul(256)?.checked_add(u64::from(*byte));
        return rest.iter().try_fold(u64::from(first & 0x7f), add);
    }
    let text = until_nul(bytes).trim_ascii();
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = u64::from(byte.checked_sub(b'0').filter(|digit| *digit < 8)?);
        number.checked_mul(8)?.checked_add(digit)
    })
}

/// Parses a number in decimal digits followed by blanks.
pub(crate) fn decimal(bytes: &[u8]) -> Option<u64> {
    let text = bytes.trim_ascii();
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn dos_time(packed: u64) -> String {
    let (time, date) = (packed & 0xffff, packed >> 16);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        1980 + ((date >> 9) & 0x7f),
        (date >> 5) & 15,
        date & 31,
        (time >> 11) & 31,
        (time >> 5) & 63,
        (time & 31) * 2
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(bytes: &[u8]) -> Block {
        Block::read(&Content::memory(bytes.to_vec()), 0, bytes.len()).unwrap()
    }

    #[test]
    fn numbers_are_read_in_both_orders_and_never_beyond_the_end() {
        let little = block(&[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(little.u16(0).unwrap(), 0x0201);
        assert_eq!(little.u32(4).unwrap(), 0x0807_0605);
        let big = block(&[1, 2, 3, 4, 5, 6, 7, 8]).with_endianness(true);
        assert_eq!(big.u64(0).unwrap(), 0x0102_0304_0506_0708);
        assert!(big.u16(7).is_err());
        assert!(big.get(usize::MAX, 2).is_err());
        assert!(Block::read(&Content::memory(vec![0; 3]), 0, 4).is_err());
        assert!(Block::read(&Content::memory(vec![0; 3]), u64::MAX, 1).is_err());
    }

    #[test]
    fn octal_numbers_are_read_as_tar_writes_them() {
        assert_eq!(octal(b"0000644\0"), Some(0o644));
        assert_eq!(octal(b"  644 \0\0"), Some(0o644));
        assert_eq!(octal(b"\x80\0\0\0\0\0\x01\0"), Some(256));
        assert_eq!(octal(&[0xff; 12]), None);
        assert_eq!(octal(b"09"), None);
        assert_eq!(octal(b"7777777777777777777777777"), None);
        assert_eq!(octal(b""), None);
    }

    #[test]
    fn times_are_shown_for_people() {
        assert_eq!(format_unix_time(1_700_000_000), "1700000000 (2023-11-14T22:13:20Z)");
        assert_eq!(format_unix_time(u64::MAX), u64::MAX.to_string());
        assert_eq!(dos_time(0x0021_0000), "1980-01-01 00:00:00");
    }

    #[test]
    fn long_values_are_shortened_and_hostile_ones_are_escaped() {
        assert_eq!(shown_text(b"a\x1b[2J"), r#""a\x1b[2J""#);
        assert!(shown_text(&[b'x'; 5000]).chars().count() < 200);
        assert!(shown_hex(&[7; 5000]).chars().count() < 200);
    }
}
