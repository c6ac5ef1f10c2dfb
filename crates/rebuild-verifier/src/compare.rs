//! Pairs up two trees and compares every pair, on all cores.

use std::cmp::{Ordering, Reverse};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use crate::comparison::{Comparison, Entry, Node};
use crate::engine::{Engine, Measured};
use crate::error::{Error, Result};
use crate::path::EntryPath;
use crate::tree::{Found, Tree, TreeEntry};

/// Pairs below this many bytes are not worth a second thread.
const SPLIT_BYTES: u64 = 1024 * 1024;

/// Two different objects, ready to be compared.
#[derive(Debug)]
pub struct Pair {
    original: Tree,
    rebuilt: Tree,
}

impl Pair {
    /// Looks at both arguments and everything below them.
    ///
    /// # Errors
    /// When either cannot be read or holds special files, when both are the same object, when neither holds a file.
    pub fn read(original: &Path, rebuilt: &Path) -> Result<Self> {
        let pair = Self {
            original: Tree::read(original)?,
            rebuilt: Tree::read(rebuilt)?,
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
        Ok(pair)
    }

    /// The original.
    pub fn original(&self) -> &Tree {
        &self.original
    }

    /// Refuses an output that would change what is being compared.
    ///
    /// # Errors
    /// When `output`, which need not exist yet, lies inside either side.
    pub fn refuse_inside(&self, output: &Path) -> Result<()> {
        self.original.refuse_inside(output)?;
        self.rebuilt.refuse_inside(output)
    }

    /// Reads everything and compares it.
    ///
    /// # Errors
    /// When anything cannot be read or changes meanwhile; of several such errors, the one of the first path.
    pub fn compare(&self) -> Result<Comparison> {
        let slots = self.slots()?;
        let entries = self.fill(&slots)?;
        self.original.check_unchanged()?;
        self.rebuilt.check_unchanged()?;
        Comparison::new(entries).map_err(|why| Error::Invalid {
            path: self.original.root().into(),
            format: "tree",
            why,
            remedy: "check its file system",
        })
    }

    /// One slot for every path that either side has, sorted.
    fn slots(&self) -> Result<Vec<Slot<'_>>> {
        let (original, rebuilt) = (self.original.whole(), self.rebuilt.whole());
        if (&original.found, &rebuilt.found) == (&Found::Directory, &Found::Directory) {
            return Ok(merge(self.original.entries(), self.rebuilt.entries()));
        }
        // A file against a folder differs as a whole: what is in the folder has no counterpart worth listing.
        let both_files = original.is_file() && rebuilt.is_file();
        let path = if both_files {
            self.original.name()?
        } else {
            EntryPath::whole()
        };
        Ok(vec![Slot {
            path,
            original: Some(original),
            rebuilt: Some(rebuilt),
        }])
    }

    /// Turns slots into entries. The largest go first, so that no core ends up alone with a large one.
    fn fill(&self, slots: &[Slot<'_>]) -> Result<Vec<Entry>> {
        let mut order: Vec<usize> = (0..slots.len()).collect();
        order.sort_by_key(|index| Reverse(slots[*index].largest_bytes()));
        let total_bytes: u64 = slots.iter().map(Slot::largest_bytes).sum();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);

        let work = || {
            let mut engine = Engine::default();
            let mut done = Vec::new();
            while let Some(index) = order.get(next.fetch_add(1, Relaxed)) {
                let slot = &slots[*index];
                let largest_bytes = slot.largest_bytes();
                // More than its share of the work: alone on one thread it would be what all others wait for.
                let split = largest_bytes >= SPLIT_BYTES
                    && largest_bytes.saturating_mul(cores as u64) > total_bytes;
                done.push((*index, self.fill_one(slot, &mut engine, split)));
            }
            done
        };
        let mut done: Vec<(usize, Result<Entry>)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..cores.min(slots.len()))
                .map(|_| scope.spawn(work))
                .collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().flat_map(join).collect()
        });
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, entry)| entry).collect()
    }

    fn fill_one(&self, slot: &Slot<'_>, engine: &mut Engine, split: bool) -> Result<Entry> {
        let mut content = None;
        let (ours, theirs) = match (slot.original.filter(is_file), slot.rebuilt.filter(is_file)) {
            (Some(ours), Some(theirs)) => {
                let compare = if split {
                    Engine::compare_on_two_threads
                } else {
                    Engine::compare
                };
                let compared = compare(
                    engine,
                    self.original.open(ours)?,
                    self.rebuilt.open(theirs)?,
                )?;
                content = compared.difference;
                (Some(compared.original), Some(compared.rebuilt))
            }
            (ours, theirs) => {
                let mut measure = |tree: &Tree, entry| engine.measure(tree.open(entry)?);
                (
                    ours.map(|entry| measure(&self.original, entry))
                        .transpose()?,
                    theirs
                        .map(|entry| measure(&self.rebuilt, entry))
                        .transpose()?,
                )
            }
        };
        Ok(Entry {
            path: slot.path.clone(),
            original: slot.original.and_then(|entry| node(entry, ours)),
            rebuilt: slot.rebuilt.and_then(|entry| node(entry, theirs)),
            content,
        })
    }
}

/// A path, and what either tree has there.
struct Slot<'a> {
    path: EntryPath,
    original: Option<&'a TreeEntry>,
    rebuilt: Option<&'a TreeEntry>,
}

impl Slot<'_> {
    fn largest_bytes(&self) -> u64 {
        let bytes = |entry: &TreeEntry| match entry.found {
            Found::File { size_bytes, .. } => size_bytes,
            Found::Directory | Found::Symlink { .. } => 0,
        };
        self.original
            .map_or(0, bytes)
            .max(self.rebuilt.map_or(0, bytes))
    }
}

fn is_file(entry: &&TreeEntry) -> bool {
    entry.is_file()
}

/// The finished side of an entry; a file is one only once it was measured.
fn node(entry: &TreeEntry, measured: Option<Measured>) -> Option<Node> {
    match &entry.found {
        Found::File { executable, .. } => {
            measured.map(|Measured { size_bytes, sha256 }| Node::File {
                executable: *executable,
                size_bytes,
                sha256,
            })
        }
        Found::Directory => Some(Node::Directory {}),
        Found::Symlink { target } => Some(Node::Symlink {
            target: target.clone(),
        }),
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
        if let Some(entry) = original.or(rebuilt) {
            slots.push(Slot {
                path: entry.path.clone(),
                original,
                rebuilt,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::SystemTime;

    use super::*;
    use crate::comparison::Verdict;

    /// Two trees of many files, one of them larger than all others together.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for tree in ["a", "b"] {
            let tree = folder.path().join(tree);
            fs::create_dir_all(tree.join("sub")).unwrap();
            fs::write(tree.join("large"), vec![7; 2 * SPLIT_BYTES as usize]).unwrap();
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
            ("sub", |path| {
                fs::rename(path, path.with_extension("moved")).unwrap()
            }),
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
                // An old time of change, so that a new one is sure to be another.
                let sub = File::open(folder.path().join(side).join("sub")).unwrap();
                sub.set_modified(SystemTime::UNIX_EPOCH).unwrap();
                let pair = pair(&folder);
                change(&folder.path().join(side).join(name));
                let error = pair.compare().unwrap_err();
                assert!(
                    matches!(error, Error::Changed { .. } | Error::Read { .. }),
                    "{side}/{name}: {error}"
                );
            }
        }
    }

    #[test]
    fn of_several_errors_the_one_of_the_first_path_is_told() {
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
