//! BER and DER (ITU-T X.690), just enough to check that bytes are exactly one value and that this value is CMS
//! `SignedData` (RFC 5652). Its contents are not interpreted.

use crate::error::{MapFailure, malformed};

/// `1.2.840.113549.1.7.2`, with its tag and length.
const SIGNED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
const CONTENT: u8 = 0xa0;
/// Ends a value of indefinite length.
const END: [u8; 2] = [0, 0];
/// Deepest nesting of values that is accepted.
const DEEPEST: usize = 64;

/// Encoding rules for lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// DER: every length is definite and encoded in the fewest bytes.
    Der,
    /// BER, which Apple's tools write: lengths may be indefinite; such a value ends with two zero bytes.
    Ber,
}

/// A value: its tag, the range of its content, and its end.
struct Value {
    tag: u8,
    content: std::ops::Range<usize>,
    end: usize,
}

/// Checks that `bytes` begin with a well-formed `SignedData`; returns its length in bytes.
///
/// # Errors
/// When they do not.
pub(crate) fn signed_data(bytes: &[u8], rules: Rules) -> Result<usize, MapFailure> {
    let bad = || malformed("its signature is not CMS SignedData");
    let whole = value(bytes, 0, rules, 0)?;
    let content_at = whole.content.start + SIGNED_DATA.len();
    let named = bytes.get(whole.content.start..content_at) == Some(SIGNED_DATA);
    if whole.tag != SEQUENCE || !named {
        return Err(bad());
    }
    let content = value(bytes, content_at, rules, 1)?;
    let inner = value(bytes, content.content.start, rules, 2)?;
    let fills = content.end == whole.content.end && inner.end == content.content.end;
    match (content.tag, inner.tag, fills) {
        (CONTENT, SEQUENCE, true) => Ok(whole.end),
        _ => Err(bad()),
    }
}

/// Checks the value at `at` and everything nested in it.
fn value(bytes: &[u8], at: usize, rules: Rules, depth: usize) -> Result<Value, MapFailure> {
    let bad = || malformed(format!("its signature is not well-formed at byte {at} of it"));
    if depth > DEEPEST {
        return Err(malformed(format!("its signature is nested deeper than {DEEPEST}")));
    }
    let head = Head::read(bytes, at, rules).ok_or_else(bad)?;
    let start = head.content_at;
    let Some(length) = head.length else {
        let mut end = start;
        while bytes.get(end..end + END.len()) != Some(&END) {
            end = value(bytes, end, rules, depth + 1)?.end;
        }
        return Ok(Value {
            tag: head.tag,
            content: start..end,
            end: end + END.len(),
        });
    };
    let end = start
        .checked_add(length)
        .filter(|end| *end <= bytes.len())
        .ok_or_else(bad)?;
    if head.is_constructed() {
        let mut inner = start;
        while inner < end {
            inner = value(&bytes[..end], inner, rules, depth + 1)?.end;
        }
    }
    Ok(Value {
        tag: head.tag,
        content: start..end,
        end,
    })
}

/// A value's tag and length.
struct Head {
    tag: u8,
    content_at: usize,
    /// The length of the content; `None` if it is indefinite.
    length: Option<usize>,
}

impl Head {
    /// Reads the head at `at`; `None` if it is missing or breaks the rules.
    fn read(bytes: &[u8], at: usize, rules: Rules) -> Option<Self> {
        let (tag, first) = match bytes.get(at..at.saturating_add(2))? {
            // Signatures contain no multi-byte tags.
            &[tag, first] if tag & 0x1f != 0x1f => (tag, first),
            _ => return None,
        };
        let length_at = at + 2;
        let mut head = Self {
            tag,
            content_at: length_at,
            length: None,
        };
        match first {
            0x80 => (rules == Rules::Ber && head.is_constructed()).then_some(head),
            0..0x80 => {
                head.length = Some(usize::from(first));
                Some(head)
            }
            _ => {
                head.content_at += usize::from(first & 0x7f);
                head.length = Some(number(bytes.get(length_at..head.content_at)?)?);
                Some(head)
            }
        }
    }

    fn is_constructed(&self) -> bool {
        self.tag & 0x20 != 0
    }
}

/// A multi-byte length. Leading zeros are refused: they would allow several encodings of one value.
fn number(digits: &[u8]) -> Option<usize> {
    let number = digits.iter().try_fold(0_usize, |number, digit| {
        number.checked_mul(256)?.checked_add(usize::from(*digit))
    })?;
    (number >= 0x80 && digits.first() != Some(&0)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DER: &[u8] = b"\x30\x11\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x04\x30\x02\x04\x00";
    const BER: &[u8] = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x04\x01x\0\0\0\0\0\0";

    #[test]
    fn a_signature_is_read_to_its_end_and_no_further() {
        for (bytes, rules) in [(DER, Rules::Der), (DER, Rules::Ber), (BER, Rules::Ber)] {
            assert_eq!(signed_data(bytes, rules).unwrap(), bytes.len());
            let more = [bytes, b"more"].concat();
            assert_eq!(signed_data(&more, rules).unwrap(), bytes.len());
            for length in 0..bytes.len() {
                assert!(signed_data(&bytes[..length], rules).is_err(), "{length}");
            }
        }
        assert!(signed_data(BER, Rules::Der).is_err());
    }

    #[test]
    fn any_byte_that_says_how_it_is_built_counts() {
        for at in (0..DER.len()).filter(|at| *at != DER.len() - 2) {
            for bit in 0..8 {
                let mut spoilt = DER.to_vec();
                spoilt[at] ^= 1 << bit;
                assert!(signed_data(&spoilt, Rules::Der).is_err(), "{at} {bit}");
            }
        }
    }

    #[test]
    fn what_is_nested_deeply_or_has_longer_lengths_than_it_needs_is_refused() {
        let nested = [&DER[..15], &b"\x30\x80".repeat(100_000)].concat();
        assert!(signed_data(&nested, Rules::Ber).is_err());
        let longer = b"\x30\x81\x11\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x04\x30\x02\x04\x00";
        assert!(signed_data(longer, Rules::Ber).is_err());
    }
}
