//! Relative paths inside a build's result, any bytes, and their one reversible spelling in JSON and in text.
//!
//! A backslash is written `\\`. A byte that is not part of valid UTF-8, and every byte of a character that could
//! change how a line is displayed (control characters, bidirectional formatting), is written `\x` and two lower-case
//! hex digits. Everything else stands for itself. Each path has exactly one spelling; any other is refused.

use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A relative path, compared bytewise. [`EntryPath::whole`] stands for the compared object itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EntryPath(Vec<u8>);

impl EntryPath {
    /// A path of one or more plain names.
    ///
    /// # Errors
    /// When it is empty, absolute, holds a NUL, or has a component that is empty, `.` or `..`.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, String> {
        let path = Self(bytes.into());
        let plain = |name: &[u8]| !matches!(name, b"" | b"." | b"..") && !name.contains(&0);
        if path.0.split(|byte| *byte == b'/').all(plain) {
            Ok(path)
        } else {
            Err(format!("\"{path}\" is not a relative path of plain names"))
        }
    }

    /// `.`: the whole argument, where a file stands against a folder.
    pub fn whole() -> Self {
        Self(b".".to_vec())
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as the file system takes it.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0))
    }
}

impl From<EntryPath> for String {
    fn from(path: EntryPath) -> Self {
        escape(&path.0)
    }
}

impl TryFrom<String> for EntryPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "." {
            Ok(Self::whole())
        } else {
            Self::new(unescape(&text)?)
        }
    }
}

/// The target of a symbolic link: any bytes, in the same spelling as a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LinkTarget(Vec<u8>);

impl LinkTarget {
    /// A link's target as the file system gave it.
    pub fn new(target: &Path) -> Self {
        Self(target.as_os_str().as_bytes().to_vec())
    }
}

impl fmt::Display for LinkTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0))
    }
}

impl From<LinkTarget> for String {
    fn from(target: LinkTarget) -> Self {
        escape(&target.0)
    }
}

impl TryFrom<String> for LinkTarget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        unescape(&text).map(Self)
    }
}

/// The spelling of `bytes`.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                _ if changes_display(character) => {
                    push_hex(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes())
                }
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
/// When `text` is not what [`escape`] writes for any bytes.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let malformed = || format!("{text:?} is not in the one spelling of a path");
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

/// Whether `character` is displayed as something other than itself, or changes how others are.
pub(crate) fn changes_display(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Adds `\x` and two hex digits for each byte.
pub(crate) fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "\\x{byte:02x}");
    }
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
        for text in [
            r"\x41",
            r"\xFF",
            r"\xe6\x96\x87",
            "\u{202e}",
            r"\",
            r"\x4",
            r"\n",
            "\n",
        ] {
            assert!(unescape(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn paths_that_leave_the_tree_are_refused() {
        for path in ["", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\0"] {
            assert!(EntryPath::new(path).is_err(), "{path:?}");
        }
        assert!(EntryPath::try_from(String::from("../a")).is_err());
        assert_eq!(
            EntryPath::try_from(String::from(".")).unwrap(),
            EntryPath::whole()
        );
    }
}
