//! The rules for a stamp's values: the same when it is written and when it is read.

use crate::mark::{END, MAGIC};

/// The length of a stamp with its marks, in bytes. It is the same for all, so that a new commit moves nothing else in an
/// executable.
pub const STAMP_BYTES: usize = 2048;

/// The longest JSON text of a stamp, in bytes.
pub const MAX_TEXT_BYTES: usize = STAMP_BYTES - MAGIC.len() - END.len();

/// The revision of a build that does not know its revision.
pub(crate) const UNKNOWN: &str = "unknown";

/// The last second of the year 9999, the last that RFC 3339 can express.
pub(crate) const MAX_EPOCH_SECS: u64 = 253_402_300_799;

/// Printable ASCII that JSON stores verbatim: not empty, no quote, no backslash, no control character.
pub(crate) fn is_plain(value: &str) -> bool {
    let is_verbatim = |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    !value.is_empty() && value.bytes().all(is_verbatim)
}

/// 40 lower-case hex digits, or `unknown`.
pub(crate) fn is_revision(value: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    value == UNKNOWN || value.len() == 40 && value.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_printable_ascii_that_json_does_not_escape() {
        for good in ["rustc 1.85.0", "a", "~", "x<y>&z"] {
            assert!(is_plain(good), "{good:?}");
        }
        for bad in ["", "a\"b", "a\\b", "a\nb", "a\0b", "\u{7f}", "é"] {
            assert!(!is_plain(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_revision_is_forty_lower_case_hex_digits_or_unknown() {
        for good in ["unknown", "0123456789abcdef0123456789abcdef01234567"] {
            assert!(is_revision(good), "{good:?}");
        }
        for bad in [
            "",
            "main",
            "Unknown",
            "0123456789abcdef0123456789abcdef0123456",
            "0123456789abcdef0123456789abcdef012345678",
            "0123456789ABCDEF0123456789abcdef01234567",
        ] {
            assert!(!is_revision(bad), "{bad:?}");
        }
    }
}
