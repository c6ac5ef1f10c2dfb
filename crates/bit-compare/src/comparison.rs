//! The result of a comparison. Differences and verdict are always derived from the entries and the level.

mod document;
mod kind;

use serde::{Deserialize, Serialize};
use untrusted_input::digest::Sha256;

use crate::engine::ContentDifference;
use crate::explanation::Explanation;
use crate::path::{EntryPath, LinkTarget};

pub use document::{LONGEST_BYTES, SCHEMA_VERSION};
pub use kind::DifferenceKind;

/// One side of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum Node {
    /// A regular file.
    File {
        /// The owner's executable bit.
        executable: bool,
        /// Length in bytes.
        size_bytes: u64,
        /// Digest of the content.
        sha256: Sha256,
    },
    /// A folder.
    Directory {},
    /// A symbolic link, never followed.
    Symlink {
        /// The target, unresolved.
        target: LinkTarget,
    },
}

/// One path, and what each side has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path.
    pub path: EntryPath,
    /// What the original has there.
    pub original: Option<Node>,
    /// What the rebuild has there.
    pub rebuilt: Option<Node>,
    /// Where the contents differ, if both sides are files. Boxed to save memory: most entries are the same.
    pub content: Option<Box<ContentDifference>>,
    /// The digest that both contents have without their code signatures, if only signatures differ. Only at
    /// [`Level::Unsigned`]. Boxed to save memory: few entries have one.
    pub unsigned_sha256: Option<Box<Sha256>>,
}

/// Which bits have to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Every bit. Only this level can be attested.
    #[default]
    Bits,
    /// Every bit but those of code signatures in executables.
    Unsigned,
}

impl Entry {
    /// Every way in which the two sides differ, in a fixed order.
    pub fn differences(&self) -> Vec<DifferenceKind> {
        let (original, rebuilt) = match (&self.original, &self.rebuilt) {
            (Some(original), Some(rebuilt)) => (original, rebuilt),
            (Some(_), None) => return vec![DifferenceKind::Missing {}],
            (None, _) => return vec![DifferenceKind::Unexpected {}],
        };
        let mut kinds = Vec::new();
        match (original, rebuilt) {
            (Node::File { executable: ours, .. }, Node::File { executable: theirs, .. }) => {
                if let Some(ContentDifference {
                    first_differing_offset_bytes,
                    differing_bytes,
                }) = self.content.as_deref().copied()
                {
                    kinds.push(match &self.unsigned_sha256 {
                        None => DifferenceKind::Content {
                            first_differing_offset_bytes,
                            differing_bytes,
                        },
                        Some(unsigned_sha256) => DifferenceKind::Signature {
                            first_differing_offset_bytes,
                            differing_bytes,
                            unsigned_sha256: **unsigned_sha256,
                        },
                    });
                }
                if ours != theirs {
                    kinds.push(DifferenceKind::Executable {});
                }
            }
            (Node::Directory {}, Node::Directory {}) => {}
            (Node::Symlink { target: ours }, Node::Symlink { target: theirs }) => {
                if ours != theirs {
                    kinds.push(DifferenceKind::LinkTarget {});
                }
            }
            _ => kinds.push(DifferenceKind::Type {}),
        }
        kinds
    }

    /// The rule of the format that this entry breaks.
    fn broken_rule(&self) -> Option<&'static str> {
        if self.path == EntryPath::whole() && self.differences() != [DifferenceKind::Type {}] {
            return Some("it stands for a file against a folder");
        }
        if self.unsigned_sha256.is_some() && self.content.is_none() {
            return Some("a digest without signatures is given where the contents do not differ");
        }
        match (&self.original, &self.rebuilt, self.content.as_deref()) {
            (None, None, _) => Some("neither side has it"),
            (
                Some(Node::File {
                    size_bytes: our_size,
                    sha256: ours,
                    ..
                }),
                Some(Node::File {
                    size_bytes: their_size,
                    sha256: theirs,
                    ..
                }),
                content,
            ) => match content {
                None if our_size == their_size && ours == theirs => None,
                None => Some("the files differ and no content difference is given"),
                Some(_) if ours == theirs => Some("the digests are the same and a content difference is given"),
                Some(content) => content_rule(content, *our_size, *their_size),
            },
            (_, _, Some(_)) => Some("a content difference is given where there are not two files"),
            _ => None,
        }
    }
}

fn content_rule(content: &ContentDifference, our_size: u64, their_size: u64) -> Option<&'static str> {
    let (shorter, longer) = (our_size.min(their_size), our_size.max(their_size));
    let ContentDifference {
        first_differing_offset_bytes: first,
        differing_bytes,
    } = *content;
    let after_first = longer.checked_sub(first).filter(|_| first <= shorter);
    match after_first {
        Some(room) if differing_bytes >= 1.max(longer - shorter) && differing_bytes <= room => None,
        _ => Some("the content difference does not fit the sizes"),
    }
}

/// Identical or different. A failed comparison has no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every byte, path, type, executable bit and link target is the same.
    Identical,
    /// Only code signatures differ, which [`Level::Unsigned`] ignores.
    IdenticalWithoutSignatures,
    /// At least one of these differs.
    Different,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Paths that at least one side has.
    pub entries: usize,
    /// Differences. One entry may have several.
    pub differences: usize,
    /// Regular files of the original.
    pub original_files: usize,
    /// Bytes in them.
    pub original_bytes: u64,
    /// Regular files of the rebuild.
    pub rebuilt_files: usize,
    /// Bytes in them.
    pub rebuilt_bytes: u64,
}

/// A regular file of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest<'a> {
    /// The path.
    pub path: &'a EntryPath,
    /// Digest of its content.
    pub sha256: Sha256,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// A finished comparison. Its entries are sorted, and at least one is a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    level: Level,
    entries: Vec<Entry>,
    explanations: Vec<Explanation>,
    omitted_explanations: u64,
}

impl Comparison {
    /// Makes a comparison from entries that are sorted by path.
    ///
    /// # Errors
    /// The rule that the entries break: their paths are not strictly ascending, an entry contradicts itself or does not
    /// fit the level, or there is no file.
    pub fn new(level: Level, entries: Vec<Entry>) -> Result<Self, String> {
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].path >= pair[1].path) {
            return Err(format!("entry \"{}\" is not in ascending order", pair[1].path));
        }
        for entry in &entries {
            if let Some(rule) = entry.broken_rule() {
                return Err(format!("entry \"{}\": {rule}", entry.path));
            }
        }
        if entries.len() > 1 && entries.iter().any(|entry| entry.path == EntryPath::whole()) {
            return Err("\".\" stands for everything and is not the only entry".into());
        }
        if level == Level::Bits {
            if let Some(entry) = entries.iter().find(|entry| entry.unsigned_sha256.is_some()) {
                return Err(format!(
                    "entry \"{}\": it leaves signatures out, which this level does not",
                    entry.path
                ));
            }
        }
        let comparison = Self {
            level,
            entries,
            explanations: Vec::new(),
            omitted_explanations: 0,
        };
        let counts = comparison.counts();
        if counts.original_files + counts.rebuilt_files == 0 {
            return Err("neither side holds a file".into());
        }
        Ok(comparison)
    }

    /// Adds explanations of the differences. They change nothing else.
    ///
    /// # Errors
    /// When an explanation does not belong to an entry that differs, or is not in the order of the entries.
    pub fn explained(mut self, explanations: Vec<Explanation>, omitted_explanations: u64) -> Result<Self, String> {
        let mut entries = self.entries.iter();
        let mut current = None;
        for explanation in &explanations {
            let fits = |entry: &&Entry| entry.path == explanation.path;
            if current.filter(fits).is_none() {
                current = entries.find(fits).filter(|entry| !entry.differences().is_empty());
            }
            if current.is_none() {
                return Err(format!(
                    "the explanation of \"{}\" does not belong to a difference, or is out of order",
                    explanation.path
                ));
            }
        }
        self.explanations = explanations;
        self.omitted_explanations = omitted_explanations;
        Ok(self)
    }

    /// Which bits had to be the same.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The explanations in the order of the entries. Within an entry, causes come before consequences.
    pub fn explanations(&self) -> &[Explanation] {
        &self.explanations
    }

    /// The explanations of the entry at `path`.
    pub fn explanations_of(&self, path: &EntryPath) -> impl Iterator<Item = &Explanation> {
        // Explanations are in the order of the entries, and entries are sorted by path.
        let start = self.explanations.partition_point(|one| one.path < *path);
        let of_entry = move |one: &&Explanation| one.path == *path;
        self.explanations[start..].iter().take_while(of_entry)
    }

    /// Every entry that differs.
    pub fn different_entries(&self) -> impl Iterator<Item = &Entry> {
        let differs = |entry: &&Entry| !entry.differences().is_empty();
        self.entries.iter().filter(differs)
    }

    /// Number of explanations that the limits left out.
    pub fn omitted_explanations(&self) -> u64 {
        self.omitted_explanations
    }

    /// Every entry, sorted bytewise by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every difference with its entry, in the order of the entries.
    pub fn differences(&self) -> impl Iterator<Item = (&Entry, DifferenceKind)> {
        self.entries
            .iter()
            .flat_map(|entry| entry.differences().into_iter().map(move |kind| (entry, kind)))
    }

    /// The verdict. It is computed nowhere else.
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::Identical;
        for (_, kind) in self.differences() {
            match kind {
                DifferenceKind::Signature { .. } => verdict = Verdict::IdenticalWithoutSignatures,
                _ => return Verdict::Different,
            }
        }
        verdict
    }

    /// How much was compared.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            entries: self.entries.len(),
            differences: self.differences().count(),
            ..Counts::default()
        };
        for file in self.original_files() {
            counts.original_files += 1;
            counts.original_bytes += file.size_bytes;
        }
        for file in self.rebuilt_files() {
            counts.rebuilt_files += 1;
            counts.rebuilt_bytes += file.size_bytes;
        }
        counts
    }

    /// Every file of the original, in the order of the entries.
    pub fn original_files(&self) -> impl Iterator<Item = FileDigest<'_>> {
        files(&self.entries, |entry| entry.original.as_ref())
    }

    /// Every file of the rebuild, in the order of the entries.
    pub fn rebuilt_files(&self) -> impl Iterator<Item = FileDigest<'_>> {
        files(&self.entries, |entry| entry.rebuilt.as_ref())
    }
}

fn files(entries: &[Entry], side: impl Fn(&Entry) -> Option<&Node>) -> impl Iterator<Item = FileDigest<'_>> {
    entries.iter().filter_map(move |entry| match side(entry) {
        Some(Node::File { sha256, size_bytes, .. }) => Some(FileDigest {
            path: &entry.path,
            sha256: *sha256,
            size_bytes: *size_bytes,
        }),
        _ => None,
    })
}
