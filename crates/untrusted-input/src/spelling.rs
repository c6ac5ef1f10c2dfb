//! One reversible spelling for any bytes in JSON and text, and the escapes of invisible or reordering characters.
//!
//! A backslash becomes `\\`. A byte that is not part of valid UTF-8 becomes `\x` and two lower-case hex digits. So does
//! each byte of a character that could change how a line is displayed: control characters and bidi control characters.
//! Everything else stands for itself. Any bytes have exactly one spelling; every other spelling is refused.

use std::fmt::Write as _;
use std::path::Path;

/// The spelling of `bytes`.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                _ if changes_display(character) => push_hex(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes()),
                _ => text.push(character),
            }
        }
        push_hex(&mut text, chunk.invalid());
    }
    text
}

/// The bytes that [`escape`] spells as `text`.
///
/// # Errors
/// When [`escape`] never writes `text`.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let malformed = || format!("{text:?} is not the canonical spelling of a path");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'\\', [b'\\', tail @ ..]) => {
                bytes.push(b'\\');
                tail
            }
            (b'\\', [b'x', high, low, tail @ ..]) => {
                bytes.extend(hex::decode([*high, *low]).map_err(|_| malformed())?);
                tail
            }
            (b'\\', _) => return Err(malformed()),
            (plain, tail) => {
                bytes.push(*plain);
                tail
            }
        };
    }
    if escape(&bytes) == text {
        Ok(bytes)
    } else {
        Err(malformed())
    }
}

/// Whether `character` is not displayed as itself, or changes how other characters are displayed.
pub(crate) fn changes_display(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Adds a character to text for people. A character that is invisible, hides or moves others, or is not allowed in XML
/// 1.0 is added as its bytes, `\x..`.
pub(crate) fn push_visible(text: &mut String, character: char) {
    if changes_display(character) || is_invisible(character) {
        push_hex(text, character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        text.push(character);
    }
}

/// Whether `character` is invisible: Unicode's Default_Ignorable_Code_Point, the interlinear annotation anchors, and
/// two noncharacters. [`escape`], which is for programs, leaves these alone.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The last part of a path, escaped for messages and documents.
pub fn name(path: &Path) -> String {
    escape(path.file_name().unwrap_or(path.as_os_str()).as_encoded_bytes())
}

/// Adds `\x` and two hex digits for each byte.
pub(crate) fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "\\x{byte:02x}");
    }
}

/// A count with its noun: `1 byte`, `2 bytes`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_bytes_survives_the_round_trip() {
        for first in 0..=255 {
            for second in 0..=255 {
                let bytes = [first, second];
                let text = escape(&bytes);
                assert_eq!(unescape(&text).unwrap(), bytes, "{text}");
                assert!(!text.contains(char::is_control), "{text:?}");
            }
        }
    }

    #[test]
    fn ordinary_names_stand_for_themselves() {
        for name in ["bin/server", "größe", "a b", "%41", "文"] {
            assert_eq!(escape(name.as_bytes()), name);
        }
    }

    #[test]
    fn odd_names_have_the_documented_spelling() {
        assert_eq!(escape(b"a\xffb"), r"a\xffb");
        assert_eq!(escape(b"a\\xff"), r"a\\xff");
        assert_eq!(escape(b"\x1b[31m\n"), r"\x1b[31m\x0a");
        assert_eq!(escape("\u{202e}gpj".as_bytes()), r"\xe2\x80\xaegpj");
    }

    #[test]
    fn a_second_spelling_of_the_same_path_is_refused() {
        for text in [r"\x41", r"\xFF", r"\xe6\x96\x87", "\u{202e}", r"\", r"\x4", r"\n", "\n"] {
            assert!(unescape(text).is_err(), "{text:?}");
        }
    }
}
