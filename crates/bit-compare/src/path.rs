//! Relative paths inside a build's result. They may hold any bytes, and have exactly one
//! [spelling](untrusted_input::spelling).

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use untrusted_input::spelling::{escape, unescape};

/// A relative path, compared bytewise. [`EntryPath::whole`] stands for the compared object itself.
///
/// Paths share one buffer where possible, because a tree may have millions.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EntryPath {
    text: Arc<Vec<u8>>,
    start: u32,
    length: u32,
}

impl EntryPath {
    /// Makes a path of one or more plain names.
    ///
    /// # Errors
    /// When the path is empty, absolute or longer than 4 GiB, holds a NUL, or has a component that is empty, `.` or
    /// `..`.
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

    /// The path `.`, which stands for the whole argument when a file is compared with a folder.
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

    /// The path for calls to the file system.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(self.as_bytes()))
    }
}

/// Collects many paths in one buffer. The paths become available once all are added.
#[derive(Debug, Default)]
pub(crate) struct PathStore {
    text: Vec<u8>,
    ranges: Vec<(u32, u32)>,
}

impl PathStore {
    /// Adds a path. Returns false if the buffer is full and the caller has to begin another store.
    ///
    /// # Errors
    /// See [`EntryPath::new`].
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

    /// Every path, in the order of the calls to [`PathStore::add`].
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
        Err(format!("\"{}\" is not a relative path of plain names", escape(path)))
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

/// The target of a symbolic link. It may hold any bytes, and is spelled like a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LinkTarget(Box<[u8]>);

impl LinkTarget {
    /// Takes a link's target from the file system.
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(paths.windows(2).all(|pair| Arc::ptr_eq(&pair[0].text, &pair[1].text)));
    }

    #[test]
    fn paths_that_leave_the_tree_are_refused() {
        for path in ["", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\0"] {
            assert!(EntryPath::new(path).is_err(), "{path:?}");
        }
        assert!(EntryPath::try_from(String::from("../a")).is_err());
        assert_eq!(EntryPath::try_from(String::from(".")).unwrap(), EntryPath::whole());
    }
}
