//! The rules for a stamp's values: the same at compile time, when a stamp is written, and when it is read.

/// The longest JSON text of a stamp, in bytes.
pub const MAX_TEXT_BYTES: usize = 4096;

/// The revision of a build that does not know its revision.
pub(crate) const UNKNOWN: &str = "unknown";

/// The last second of the year 9999, the last that RFC 3339 can express.
pub(crate) const MAX_EPOCH_SECS: u64 = 253_402_300_799;

/// Printable ASCII that JSON stores verbatim: not empty, no quote, no backslash, no control character.
pub(crate) const fn is_plain(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if !matches!(bytes[index], b' '..=b'~') || matches!(bytes[index], b'"' | b'\\') {
            return false;
        }
        index += 1;
    }
    !bytes.is_empty()
}

/// 40 lower-case hex digits, or `unknown`.
pub(crate) const fn is_revision(value: &str) -> bool {
    let bytes = value.as_bytes();
    if equal(value, UNKNOWN) {
        return true;
    }
    let mut index = 0;
    while index < bytes.len() {
        if !matches!(bytes[index], b'0'..=b'9' | b'a'..=b'f') {
            return false;
        }
        index += 1;
    }
    bytes.len() == 40
}

/// `true` or `false`.
pub(crate) const fn is_flag(value: &str) -> bool {
    equal(value, "true") || equal(value, "false")
}

/// Seconds since 1970 as a JSON number: decimal digits, no sign, no leading zero, not after the year 9999.
pub(crate) const fn is_epoch(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut secs: u64 = 0;
    let mut index = 0;
    while index < bytes.len() {
        if !bytes[index].is_ascii_digit() || secs > MAX_EPOCH_SECS {
            return false;
        }
        secs = secs * 10 + (bytes[index] - b'0') as u64;
        index += 1;
    }
    let canonical = bytes.len() == 1 || (!bytes.is_empty() && bytes[0] != b'0');
    canonical && secs <= MAX_EPOCH_SECS
}

/// A const `==` for strings, which std lacks.
const fn equal(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
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

    #[test]
    fn a_flag_is_true_or_false_and_nothing_else() {
        assert!(is_flag("true") && is_flag("false"));
        for bad in ["", "1", "True", "yes", "truefalse"] {
            assert!(!is_flag(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_epoch_is_a_json_number_no_later_than_the_year_9999() {
        for good in ["0", "1", "1700000000", "253402300799"] {
            assert!(is_epoch(good), "{good:?}");
        }
        for bad in [
            "",
            "00",
            "01",
            "-1",
            "+1",
            "1.0",
            "1e9",
            " 1",
            "253402300800",
            "99999999999999999999999999",
        ] {
            assert!(!is_epoch(bad), "{bad:?}");
        }
    }
}
