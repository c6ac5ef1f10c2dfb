//! Relative paths inside a build's result, any bytes, and their one reversible spelling in JSON and in text.
//!
//! A backslash is written `\\`. A byte that is not part of valid UTF-8, and every byte of a character that could
//! change how a line is displayed (control characters, bidirectional formatting), is written `\x` and two lower-case
//! hex digits. Everything else stands for itself. Each path has exactly one spelling; any other is refused.

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A relative path, compared bytewise. [`EntryPath::whole`] stands for the compared object itself.
///
/// It lies in a text that it may share with others: there can be millions of them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EntryPath {
    text: Arc<Vec<u8>>,
    start: u32,
    length: u32,
}

impl EntryPath {
    /// A path of one or more plain names.
    ///
    /// # Errors
    /// When it is empty, absolute, holds a NUL, has a component that is empty, `.` or `..`, or is longer than 4 GiB.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, String> {
        let bytes = bytes.into();
        check_plain(&bytes)?;
        let length = u32::try_from(bytes.len()).map_err(|error| error.to_string())?;
        Ok(Self {
            text: Arc::new(bytes),
            start: 0,
            length,
        })
    }

    /// `.`: the whole argument, where a file stands against a folder.
    pub fn whole() -> Self {
        Self {
            text: Arc::new(b".".to_vec()),
            start: 0,
            length: 1,
        }
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        let start = self.start as usize;
        &self.text[start..start + self.length as usize]
    }

    /// The path as the file system takes it.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(self.as_bytes()))
    }
}

/// Many paths in one text, which has to be written first.
#[derive(Debug, Default)]
pub(crate) struct PathStore {
    text: Vec<u8>,
    ranges: Vec<(u32, u32)>,
}

impl PathStore {
    /// Adds a path; false if the text is full, so that another one has to be begun.
    ///
    /// # Errors
    /// As [`EntryPath::new`].
    pub(crate) fn add(&mut self, path: &[u8]) -> Result<bool, String> {
        check_plain(path)?;
        let range = (u32::try_from(self.text.len()), u32::try_from(path.len()));
        let (Ok(start), Ok(length)) = range else {
            return Ok(false);
        };
        if start.checked_add(length).is_none() {
            return Ok(false);
        }
        self.text.extend(path);
        self.ranges.push((start, length));
        Ok(true)
    }

    /// Every path, in the order in which they were added.
    pub(crate) fn into_paths(mut self) -> impl Iterator<Item = EntryPath> {
        self.text.shrink_to_fit();
        let text = Arc::new(self.text);
        let ranges = self.ranges.into_iter();
        ranges.map(move |(start, length)| EntryPath {
            text: Arc::clone(&text),
            start,
            length,
        })
    }
}

fn check_plain(path: &[u8]) -> Result<(), String> {
    let plain = |name: &[u8]| !matches!(name, b"" | b"." | b"..") && !name.contains(&0);
    if path.split(|byte| *byte == b'/').all(plain) {
        Ok(())
    } else {
        Err(format!(
            "\"{}\" is not a relative path of plain names",
            escape(path)
        ))
    }
}

impl PartialEq for EntryPath {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for EntryPath {}

impl PartialOrd for EntryPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EntryPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for EntryPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(self.as_bytes()))
    }
}

impl From<EntryPath> for String {
    fn from(path: EntryPath) -> Self {
        escape(path.as_bytes())
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
pub struct LinkTarget(Box<[u8]>);

impl LinkTarget {
    /// A link's target as the file system gave it.
    pub fn new(target: &[u8]) -> Self {
        Self(target.into())
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
        unescape(&text).map(|bytes| Self(bytes.into()))
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

/// Adds a character as itself, or its bytes as `\x..` where it cannot be seen, hides or moves others, or has no place in
/// XML 1.0: how everything is shown on terminals and in documents for people.
pub(crate) fn push_visible(text: &mut String, character: char) {
    if changes_display(character) || is_unseen(character) {
        push_hex(text, character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        text.push(character);
    }
}

/// Whether nothing is to be seen of `character` by itself: Unicode's Default_Ignorable_Code_Point, the anchors of
/// annotations, and two that are no characters. The spelling of paths in documents for programs leaves these alone.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The name of a path in messages and documents: its last part, in the spelling of paths.
pub(crate) fn name(path: &Path) -> String {
    escape(
        path.file_name()
            .unwrap_or(path.as_os_str())
            .as_encoded_bytes(),
    )
}

/// The folder in which a path lies.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
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
    fn paths_of_one_store_are_those_that_were_added() {
        let mut store = PathStore::default();
        for path in ["b/c", "a", "größe"] {
            assert_eq!(store.add(path.as_bytes()), Ok(true));
        }
        assert!(store.add(b"../a").is_err());
        let mut paths: Vec<_> = store.into_paths().collect();
        paths.sort();
        let alone = |path: &str| EntryPath::new(path).unwrap();
        assert_eq!(paths, [alone("a"), alone("b/c"), alone("größe")]);
        assert!(
            paths
                .windows(2)
                .all(|pair| Arc::ptr_eq(&pair[0].text, &pair[1].text))
        );
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
