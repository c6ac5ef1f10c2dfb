//! Finds the stamp by scanning the bytes of any executable. The executable is not run, and its format is not parsed.
//!
//! The input may be hostile: the scan is one pass, and keeps at most one stamp ([`MAX_TEXT_BYTES`]) and one piece.

use std::fmt;

use memchr::memmem;

use crate::mark::{END, MAGIC};
use crate::rules::MAX_TEXT_BYTES;
use crate::{BuildInfo, ParseError};

/// Why no stamp could be read. Offsets are in bytes from the start of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindError {
    /// The bytes hold no stamp.
    Missing,
    /// A stamp begins at `offset` but its text does not end within the limit.
    Unterminated {
        /// Offset of the stamp.
        offset: usize,
    },
    /// A stamp begins at `offset` but its text is not valid.
    Malformed {
        /// Offset of the stamp.
        offset: usize,
        /// The error in it.
        source: ParseError,
    },
    /// Two stamps differ.
    Conflicting {
        /// Offset of the first stamp.
        first: usize,
        /// Offset of the stamp that differs.
        second: usize,
    },
}

impl fmt::Display for FindError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str(
                "no build stamp found: give the executable itself, not an archive of it, or build it with samebits",
            ),
            Self::Unterminated { offset } => write!(
                formatter,
                "the build stamp at byte {offset} does not end within {MAX_TEXT_BYTES} bytes: the file is cut off or damaged, build it again"
            ),
            Self::Malformed { offset, source } => {
                write!(
                    formatter,
                    "the build stamp at byte {offset} is not valid ({source}): build the program again"
                )
            }
            Self::Conflicting { first, second } => write!(
                formatter,
                "the build stamps at bytes {first} and {second} differ: give one executable, not several in one file"
            ),
        }
    }
}

impl std::error::Error for FindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Finds the one stamp in the bytes of an executable.
///
/// Copies of the same stamp count as one.
///
/// # Errors
///
/// [`FindError`] if there is no stamp, one that cannot be read, or two that differ.
pub fn find_in(bytes: &[u8]) -> Result<BuildInfo, FindError> {
    let mut finder = Finder::default();
    finder.scan(bytes, true)?;
    finder.finish()
}

/// Finds the one stamp in bytes that arrive piece by piece, and keeps at most the length of one stamp.
///
/// ```
/// let mut finder = build_info::Finder::default();
/// finder.feed(b"some bytes")?;
/// finder.feed(b" and more")?;
/// assert_eq!(finder.finish(), Err(build_info::FindError::Missing));
/// # Ok::<(), build_info::FindError>(())
/// ```
#[derive(Debug, Default)]
pub struct Finder {
    /// The end of the input so far, in which a stamp may begin.
    pending: Vec<u8>,
    /// Offset of `pending` in the input.
    offset: usize,
    /// Offset and text of the first stamp.
    first: Option<(usize, Vec<u8>)>,
}

impl Finder {
    /// Scans the next piece.
    ///
    /// # Errors
    ///
    /// Like [`find_in`].
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), FindError> {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(bytes);
        let seen = self.scan(&pending, false)?;
        pending.drain(..seen);
        self.pending = pending;
        self.offset += seen;
        Ok(())
    }

    /// Ends the piece of the input that was fed, and goes on at another place, `offset` bytes from the input's start.
    ///
    /// # Errors
    ///
    /// Like [`find_in`].
    pub fn move_to(&mut self, offset: usize) -> Result<(), FindError> {
        let pending = std::mem::take(&mut self.pending);
        self.scan(&pending, true)?;
        self.offset = offset;
        Ok(())
    }

    /// Returns the stamp at the end of the input.
    ///
    /// # Errors
    ///
    /// Like [`find_in`].
    pub fn finish(mut self) -> Result<BuildInfo, FindError> {
        let pending = std::mem::take(&mut self.pending);
        self.scan(&pending, true)?;
        let (offset, text) = self.first.ok_or(FindError::Missing)?;
        BuildInfo::parse(&text).map_err(|source| FindError::Malformed { offset, source })
    }

    /// Scans bytes; returns how many need not be scanned again. `are_last` means that no more bytes follow.
    fn scan(&mut self, bytes: &[u8], are_last: bool) -> Result<usize, FindError> {
        let magic = magic();
        let mut from = 0;
        while let Some(at) = memmem::find(&bytes[from..], &magic).map(|at| from + at) {
            let (offset, start) = (self.offset + at, at + magic.len());
            let Some(text) = text(&bytes[start..]) else {
                if !are_last && bytes.len() - start < MAX_TEXT_BYTES + END.len() {
                    return Ok(at);
                }
                return Err(FindError::Unterminated { offset });
            };
            match &self.first {
                Some((first, other)) if other != text => {
                    return Err(FindError::Conflicting {
                        first: *first,
                        second: offset,
                    });
                }
                Some(_) => {}
                None => self.first = Some((offset, text.to_vec())),
            }
            from = start + text.len();
        }
        Ok(from.max((bytes.len() + 1).saturating_sub(magic.len())))
    }
}

/// Computes the stamp's magic at run time.
///
/// NB: a reader that held it as a constant would find that constant in its own executable and take it for a stamp.
fn magic() -> [u8; MAGIC.len()] {
    const MASK: u8 = 0x80;
    const MASKED: [u8; MAGIC.len()] = {
        let mut masked = [0; MAGIC.len()];
        let mut index = 0;
        while index < masked.len() {
            masked[index] = MAGIC.as_bytes()[index] ^ MASK;
            index += 1;
        }
        masked
    };
    std::hint::black_box(MASKED).map(|byte| byte ^ MASK)
}

/// The text up to the end mark, if that is within the limit.
fn text(bytes: &[u8]) -> Option<&[u8]> {
    let limit = bytes.len().min(MAX_TEXT_BYTES + END.len());
    memmem::find(&bytes[..limit], END.as_bytes()).map(|end| &bytes[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"name":"server","version":"0.1.0","revision":"unknown","dirty":true,"source_date_epoch":1,"target":"t","toolchain":"rustc 1.85.0"}"#;

    fn stamp(text: &str) -> Vec<u8> {
        [MAGIC, text, END].concat().into_bytes()
    }

    #[test]
    fn a_stamp_is_found_wherever_it_stands() {
        for (before, after) in [(0, 0), (1, 0), (0, 1), (70_001, 12)] {
            let bytes = [vec![0x5a; before], stamp(TEXT), vec![0; after]].concat();
            assert_eq!(find_in(&bytes).unwrap(), BuildInfo::parse(TEXT.as_bytes()).unwrap());
        }
    }

    /// Feeding pieces of any length finds what scanning all bytes at once finds.
    #[test]
    fn the_same_is_found_piece_by_piece() {
        let whole = stamp(TEXT);
        let other = stamp(&TEXT.replace("true", "false"));
        let long = [MAGIC, &"x".repeat(MAX_TEXT_BYTES + 9), END].concat();
        for bytes in [
            whole.clone(),
            [vec![1; 9], whole.clone(), vec![2; 9], whole.clone()].concat(),
            [vec![1; 9], whole.clone(), other].concat(),
            [vec![1; 9], whole[..whole.len() - 1].to_vec()].concat(),
            stamp(&TEXT.replace("true", "maybe")),
            [vec![1; 9], long.into_bytes()].concat(),
            whole[1..].to_vec(),
            Vec::new(),
        ] {
            for length in [1, 2, 3, 7, 24, 25, 26, 100, 4096, 100_000] {
                let mut finder = Finder::default();
                let fed = bytes.chunks(length).try_for_each(|piece| finder.feed(piece));
                let from_pieces = fed.and_then(|()| finder.finish());
                assert_eq!(from_pieces, find_in(&bytes), "{length}");
            }
        }
    }

    #[test]
    fn what_is_passed_over_does_not_count_and_offsets_are_the_inputs() {
        let other = stamp(&TEXT.replace("true", "false"));
        let bytes = [stamp(TEXT), other.clone(), stamp(TEXT)].concat();
        let (second, third) = (other.len() - 1, bytes.len() - stamp(TEXT).len());
        let mut finder = Finder::default();
        finder.feed(&stamp(TEXT)).unwrap();
        finder.move_to(third).unwrap();
        finder.feed(&bytes[third..]).unwrap();
        assert_eq!(finder.finish().unwrap().name, "server");

        let mut finder = Finder::default();
        finder.move_to(third).unwrap();
        finder.feed(&bytes[third..]).unwrap();
        finder.move_to(second).unwrap();
        let error = finder.feed(&other).and_then(|()| finder.finish().map(|_| ()));
        assert_eq!(error, Err(FindError::Conflicting { first: third, second }));

        let mut finder = Finder::default();
        finder.feed(&stamp(TEXT)[..60]).unwrap();
        assert_eq!(finder.move_to(third), Err(FindError::Unterminated { offset: 0 }));
    }

    #[test]
    fn bytes_without_a_stamp_are_an_error() {
        let mention = MAGIC.trim_matches('\0').as_bytes();
        for bytes in [&b""[..], &[0; 4096], mention, &MAGIC.as_bytes()[1..]] {
            assert_eq!(find_in(bytes), Err(FindError::Missing));
        }
    }

    #[test]
    fn copies_of_one_stamp_count_as_one() {
        let bytes = [stamp(TEXT), stamp(TEXT), vec![7; 99], stamp(TEXT)].concat();
        assert_eq!(find_in(&bytes).unwrap().name, "server");
    }

    #[test]
    fn two_stamps_that_differ_are_an_error_even_if_both_are_valid() {
        let other = TEXT.replace("true", "false");
        let bytes = [stamp(TEXT), stamp(TEXT), stamp(&other)].concat();
        let length = stamp(TEXT).len();
        assert_eq!(
            find_in(&bytes),
            Err(FindError::Conflicting {
                first: 0,
                second: 2 * length
            })
        );
    }

    #[test]
    fn a_stamp_that_is_cut_off_is_an_error_at_every_length() {
        let bytes = [vec![1; 10], stamp(TEXT)].concat();
        for length in 10 + MAGIC.len()..bytes.len() {
            assert_eq!(
                find_in(&bytes[..length]),
                Err(FindError::Unterminated { offset: 10 }),
                "{length}"
            );
        }
    }

    #[test]
    fn a_text_of_the_longest_length_is_read_and_one_byte_more_is_an_error() {
        let longest = TEXT.replace("rustc 1.85.0", &"x".repeat(MAX_TEXT_BYTES - TEXT.len() + 12));
        assert_eq!(longest.len(), MAX_TEXT_BYTES);
        assert!(find_in(&stamp(&longest)).is_ok());
        let longer = longest.replace("server", "servers");
        assert_eq!(find_in(&stamp(&longer)), Err(FindError::Unterminated { offset: 0 }));
    }

    #[test]
    fn a_damaged_text_is_an_error_that_says_where_and_why() {
        let bytes = [vec![1; 10], stamp(&TEXT.replace("true", "maybe"))].concat();
        let error = find_in(&bytes).unwrap_err();
        assert!(matches!(error, FindError::Malformed { offset: 10, .. }), "{error:?}");
        assert!(
            error
                .to_string()
                .starts_with("the build stamp at byte 10 is not valid ("),
            "{error}"
        );
    }

    #[test]
    fn a_file_of_nothing_but_magics_is_refused_in_one_pass() {
        let error = find_in((MAGIC.repeat(100_000) + END).as_bytes()).unwrap_err();
        assert!(matches!(error, FindError::Malformed { offset: 0, .. }), "{error:?}");
    }
}
