//! Pairs up the entries of two trees and compares every pair, on all cores.

use std::cmp::Ordering;
use std::path::Path;
use std::thread;

use crate::comparison::{Comparison, Entry, Level, Node};
use crate::engine::{Engine, Measured};
use crate::error::{Error, Result};
use crate::explanation::Explained;
use crate::path::EntryPath;
use crate::pool;
use crate::tree::{EntryType, Tree, TreeEntry};

/// Two different objects, ready to be compared.
#[derive(Debug)]
pub struct Pair {
    original: Tree,
    rebuilt: Tree,
}

impl Pair {
    /// Lists both arguments and everything below them.
    ///
    /// # Errors
    /// When either cannot be read or holds special files, when both are the same object, or when neither holds a file.
    pub fn read(original: &Path, rebuilt: &Path) -> Result<Self> {
        let (ours, theirs) = thread::scope(|scope| {
            let theirs = scope.spawn(|| Tree::read(rebuilt));
            let ours = Tree::read(original);
            let theirs = theirs.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (ours, theirs)
        });
        let mut pair = Self {
            original: ours?,
            rebuilt: theirs?,
        };
        if pair.original.is_same_object(&pair.rebuilt) {
            return Err(Error::SameObject {
                original: original.into(),
                rebuilt: rebuilt.into(),
            });
        }
        if !pair.original.has_files() && !pair.rebuilt.has_files() {
            return Err(Error::NothingToCompare {
                original: original.into(),
                rebuilt: rebuilt.into(),
            });
        }
        pair.rebuilt.share_paths(&pair.original);
        Ok(pair)
    }

    /// The original.
    pub fn original(&self) -> &Tree {
        &self.original
    }

    /// The rebuild.
    pub fn rebuilt(&self) -> &Tree {
        &self.rebuilt
    }

    /// Reads and compares every entry bit for bit, and decides.
    ///
    /// # Errors
    /// When an entry cannot be read or changes meanwhile. If several fail, the error of the first path.
    pub fn compare(&self) -> Result<Comparison> {
        self.decide(Level::Bits, self.entries()?, Explained::default())
    }

    /// Reads and compares everything: one entry per path, sorted. [`Pair::decide`] turns the entries into a verdict.
    ///
    /// # Errors
    /// See [`Pair::compare`].
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let (slots, name) = self.slots()?;
        pool::on_all_cores(&slots, Slot::largest_bytes, Engine::default, |slot, engine, alone| {
            self.fill(slot, name.as_ref(), engine, alone)
        })
    }

    /// Makes the comparison from its entries and explanations, after checking that neither tree has changed.
    ///
    /// # Errors
    /// When a tree has changed, or the entries or explanations break a rule of [`Comparison`].
    pub fn decide(&self, level: Level, entries: Vec<Entry>, explained: Explained) -> Result<Comparison> {
        self.original.check_unchanged()?;
        self.rebuilt.check_unchanged()?;
        Comparison::new(level, entries)
            .and_then(|comparison| comparison.explained(explained.explanations, explained.omitted))
            .map_err(|why| {
                untrusted_input::Error::Invalid {
                    path: self.original.root().into(),
                    format: "tree",
                    why,
                    remedy: "check its file system",
                }
                .into()
            })
    }

    /// One slot for every path that either side has, sorted. If both arguments are files, also the name of their only
    /// entry.
    fn slots(&self) -> Result<(Vec<Slot<'_>>, Option<EntryPath>)> {
        let (original, rebuilt) = (self.original.whole(), self.rebuilt.whole());
        if (original.entry_type(), rebuilt.entry_type()) == (EntryType::Directory, EntryType::Directory) {
            return Ok((merge(self.original.entries(), self.rebuilt.entries()), None));
        }
        // A file and a folder differ as a whole. The folder's content has no counterparts and is not listed.
        let both_files = original.is_file() && rebuilt.is_file();
        let name = both_files.then(|| self.original.name()).transpose()?;
        let slot = Slot {
            original: Some(original),
            rebuilt: Some(rebuilt),
        };
        Ok((vec![slot], name))
    }

    /// Turns a slot into an entry.
    fn fill(&self, slot: &Slot<'_>, name: Option<&EntryPath>, engine: &mut Engine, alone: bool) -> Result<Entry> {
        let path = name.or(slot.path()).cloned().unwrap_or_else(EntryPath::whole);
        let both = slot
            .original
            .zip(slot.rebuilt)
            .filter(|(ours, theirs)| ours.is_file() && theirs.is_file());
        let Some((ours, theirs)) = both else {
            let mut side =
                |tree, entry: Option<&TreeEntry>| entry.map(|entry| measure(tree, entry, engine)).transpose();
            return Ok(Entry {
                path,
                original: side(&self.original, slot.original)?,
                rebuilt: side(&self.rebuilt, slot.rebuilt)?,
                content: None,
                unsigned_sha256: None,
            });
        };
        let compare = if alone {
            Engine::compare_on_two_threads
        } else {
            Engine::compare
        };
        let compared = compare(engine, self.original.open(ours)?, self.rebuilt.open(theirs)?)?;
        Ok(Entry {
            path,
            original: Some(node(ours, || Ok(compared.original))?),
            rebuilt: Some(node(theirs, || Ok(compared.rebuilt))?),
            content: compared.difference.map(Box::new),
            unsigned_sha256: None,
        })
    }
}

/// Turns an entry of `tree` into a node. Reads the content of a file.
pub(crate) fn measure(tree: &Tree, entry: &TreeEntry, engine: &mut Engine) -> Result<Node> {
    node(entry, || engine.measure(tree.open(entry)?))
}

/// Turns an entry into a node. Only files call `measured`.
fn node(entry: &TreeEntry, measured: impl FnOnce() -> Result<Measured>) -> Result<Node> {
    Ok(match entry.entry_type() {
        EntryType::File { executable, .. } => {
            let Measured { size_bytes, sha256 } = measured()?;
            Node::File {
                executable,
                size_bytes,
                sha256,
            }
        }
        EntryType::Directory => Node::Directory {},
        EntryType::Symlink { target } => Node::Symlink { target: target.clone() },
    })
}

/// The entries of both trees at one path.
struct Slot<'a> {
    original: Option<&'a TreeEntry>,
    rebuilt: Option<&'a TreeEntry>,
}

impl Slot<'_> {
    fn path(&self) -> Option<&EntryPath> {
        self.original.or(self.rebuilt).map(|entry| &entry.path)
    }

    fn largest_bytes(&self) -> u64 {
        self.original
            .map_or(0, TreeEntry::size_bytes)
            .max(self.rebuilt.map_or(0, TreeEntry::size_bytes))
    }
}

/// Merges two sorted lists into one, path by path.
fn merge<'a>(originals: &'a [TreeEntry], rebuilts: &'a [TreeEntry]) -> Vec<Slot<'a>> {
    let mut slots = Vec::with_capacity(originals.len().max(rebuilts.len()));
    let (mut originals, mut rebuilts) = (originals.iter().peekable(), rebuilts.iter().peekable());
    loop {
        let order = match (originals.peek(), rebuilts.peek()) {
            (None, None) => return slots,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(original), Some(rebuilt)) => original.path.cmp(&rebuilt.path),
        };
        let original = originals.next_if(|_| order.is_le());
        let rebuilt = rebuilts.next_if(|_| order.is_ge());
        slots.push(Slot { original, rebuilt });
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::SystemTime;

    use super::*;
    use crate::comparison::Verdict;

    /// Makes two trees of many files. One file is larger than all others together.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for tree in ["a", "b"] {
            let tree = folder.path().join(tree);
            fs::create_dir_all(tree.join("sub")).unwrap();
            fs::write(tree.join("large"), vec![7; 2 * pool::ALONE_BYTES as usize]).unwrap();
            for index in 0..20 {
                fs::write(tree.join("sub").join(index.to_string()), vec![7; index]).unwrap();
            }
        }
        folder
    }

    fn pair(folder: &tempfile::TempDir) -> Pair {
        Pair::read(&folder.path().join("a"), &folder.path().join("b")).unwrap()
    }

    #[test]
    fn trees_that_stand_still_are_compared_as_often_as_one_likes() {
        let folder = folder();
        let pair = pair(&folder);
        let first = pair.compare().unwrap();
        assert_eq!(first.verdict(), Verdict::Identical);
        assert_eq!(first, pair.compare().unwrap());
    }

    #[test]
    fn whatever_changes_between_looking_and_deciding_keeps_it_from_being_decided() {
        type Change = fn(&Path);
        let changes: [(&str, Change); 6] = [
            ("large", |path| fs::write(path, "shorter").unwrap()),
            ("sub/3", |path| fs::write(path, "longer").unwrap()),
            ("sub/4", |path| fs::remove_file(path).unwrap()),
            ("sub/new", |path| fs::write(path, "new").unwrap()),
            ("sub", |path| fs::rename(path, path.with_extension("moved")).unwrap()),
            ("sub/0", |path| {
                File::options()
                    .write(true)
                    .open(path)
                    .unwrap()
                    .set_modified(SystemTime::UNIX_EPOCH)
                    .unwrap();
            }),
        ];
        for side in ["a", "b"] {
            for (name, change) in changes {
                let folder = folder();
                // Set an old mtime, so that the change is sure to give a different one.
                let sub = File::open(folder.path().join(side).join("sub")).unwrap();
                sub.set_modified(SystemTime::UNIX_EPOCH).unwrap();
                let pair = pair(&folder);
                change(&folder.path().join(side).join(name));
                let error = pair.compare().unwrap_err();
                assert!(matches!(error, Error::Input(_)), "{side}/{name}: {error}");
            }
        }
    }

    #[test]
    fn of_several_errors_the_one_of_the_first_path_is_reported() {
        let folder = folder();
        let pair = pair(&folder);
        for name in ["sub/9", "sub/1", "large"] {
            fs::remove_file(folder.path().join("b").join(name)).unwrap();
        }
        for _ in 0..20 {
            assert!(pair.compare().unwrap_err().to_string().contains("b/large"));
        }
    }
}
