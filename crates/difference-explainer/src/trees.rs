//! Explains why the entries of two trees differ. Files are compared by path, and blobs of OCI image layouts by role,
//! because blobs that differ have different names.

use std::collections::BTreeMap;
use std::thread;

use binary_formats::content::Content;
use binary_formats::oci::{self, LayoutFile};
use binary_formats::{MapFailure, unsigned};
use bit_compare::Result;
use bit_compare::comparison::{Entry, Node};
use bit_compare::explanation::Explained;
use bit_compare::pair::Pair;
use bit_compare::path::EntryPath;
use bit_compare::pool;
use bit_compare::tree::{Tree, TreeEntry};

use crate::both::Both;
use crate::contents;
use crate::limits::Limits;

/// The file that marks a folder as an OCI image layout.
const LAYOUT_FILE: &[u8] = b"oci-layout";

/// Pairs of files per core in one batch. Small, because explanations beyond the limit are computed in vain.
const AT_A_TIME: usize = 8;

/// Explains every difference between the entries of a pair in the order of the entries, on all cores, within `limits`.
/// Once the limit is reached, each remaining file is counted as one more explanation without being examined.
///
/// # Errors
/// When a file cannot be read.
pub fn explain(pair: &Pair, entries: &[Entry], limits: Limits) -> Result<Explained> {
    let work = differing(pair, entries, &limits)?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut explained = Explained::default();
    let mut left = work.as_slice();
    while !left.is_empty() && explained.explanations.len() < limits.explanations {
        let (now, later) = left.split_at(left.len().min(AT_A_TIME * cores));
        left = later;
        let batch = pool::on_all_cores(now, |one| one.size_bytes, || (), |one, (), _| one.explain(pair, limits))?;
        for one in batch {
            add(&mut explained, one, limits.explanations);
        }
    }
    explained.omitted += left.len() as u64;
    Ok(explained)
}

/// Adds the explanations of one pair of files, up to `most` in total.
fn add(explained: &mut Explained, mut one: Explained, most: usize) {
    let room = most - explained.explanations.len();
    if room == 0 {
        // It was examined only because of the batch size, so count it like the files that were not.
        explained.omitted += 1;
        return;
    }
    explained.omitted += one.omitted + one.explanations.len().saturating_sub(room) as u64;
    one.explanations.truncate(room);
    explained.explanations.append(&mut one.explanations);
}

/// Sets the digest without signatures on each entry whose content differs, if both sides have the same one.
///
/// # Errors
/// The first error: a file cannot be read, or claims to be signed and is malformed.
pub fn leave_signatures_out(pair: &Pair, entries: &mut [Entry]) -> Result<()> {
    let differing = entries.iter_mut().filter(|entry| entry.content.is_some());
    let differing: Vec<_> = differing.collect();
    let digests = pool::on_all_cores(
        &differing,
        |entry| size_bytes(entry),
        || (),
        |entry, (), _| -> Result<_> {
            let Both { original, rebuilt } = both(pair, &entry.path, &entry.path)?;
            Ok(unsigned::common_digest(&original, &rebuilt)?)
        },
    )?;
    for (entry, digest) in differing.into_iter().zip(digests) {
        entry.unsigned_sha256 = digest.map(Box::new);
    }
    Ok(())
}

/// Two files whose contents differ.
struct Differing<'a> {
    path: &'a EntryPath,
    /// Its counterpart's path in the rebuild.
    counterpart: EntryPath,
    /// Its role in an image, if it is a blob.
    role: Option<String>,
    size_bytes: u64,
}

impl Differing<'_> {
    fn explain(&self, pair: &Pair, limits: Limits) -> Result<Explained> {
        let Both { original, rebuilt } = both(pair, self.path, &self.counterpart)?;
        let mut explained = contents::explain(self.path, &original, &rebuilt, limits)?;
        for explanation in &mut explained.explanations {
            explanation.members.splice(0..0, self.role.clone());
        }
        Ok(explained)
    }
}

/// All pairs that can be explained, in the order of the entries.
fn differing<'a>(pair: &Pair, entries: &'a [Entry], limits: &Limits) -> Result<Vec<Differing<'a>>> {
    let mut counterparts = counterparts(pair, entries, limits)?;
    let list = entries.iter().filter_map(|entry| {
        let (counterpart, role) = match &entry.content {
            Some(_) => (entry.path.clone(), None),
            None => {
                let (counterpart, role) = counterparts.remove(&entry.path)?;
                (counterpart, Some(role))
            }
        };
        Some(Differing {
            path: &entry.path,
            counterpart,
            role,
            size_bytes: size_bytes(entry),
        })
    });
    Ok(list.collect())
}

/// For each blob that only the original has: the blob with the same role in the rebuild, and that role.
fn counterparts(pair: &Pair, entries: &[Entry], limits: &Limits) -> Result<BTreeMap<EntryPath, (EntryPath, String)>> {
    let mut counterparts = BTreeMap::new();
    let layouts = entries.iter().filter_map(|entry| {
        let folder = entry.path.as_bytes().strip_suffix(LAYOUT_FILE)?;
        let ends_folder = folder.is_empty() || folder.ends_with(b"/");
        (ends_folder && entry.original.is_some() && entry.rebuilt.is_some()).then_some(folder)
    });
    for folder in layouts {
        let ours = roles(pair.original(), folder, limits)?;
        let mut theirs: BTreeMap<String, String> = roles(pair.rebuilt(), folder, limits)?
            .into_iter()
            .map(|(path, role)| (role, path))
            .collect();
        for (path, role) in ours {
            let counterpart = theirs.remove(&role).filter(|other| *other != path);
            let paths = (EntryPath::try_from(path), counterpart.map(EntryPath::try_from));
            if let (Ok(path), Some(Ok(counterpart))) = paths {
                counterparts.insert(path, (counterpart, role));
            }
        }
    }
    // A blob with a role on one side only, or present on both sides, is reported like any other entry.
    counterparts.retain(|path, _| {
        entries
            .binary_search_by(|entry| entry.path.cmp(path))
            .is_ok_and(|at| entries[at].rebuilt.is_none())
    });
    Ok(counterparts)
}

/// The role of every blob of the image layout in `folder`, by the blob's path in the tree.
fn roles(tree: &Tree, folder: &[u8], limits: &Limits) -> Result<BTreeMap<String, String>> {
    let find = |path: &str| {
        let entry = find(tree, &[folder, path.as_bytes()].concat())?;
        Some(LayoutFile {
            name: entry.path.to_string(),
            content: open(tree, entry).ok()?,
        })
    };
    match oci::roles(find, &limits.formats) {
        Ok(roles) => Ok(roles),
        Err(MapFailure::Unreadable(error)) => Err(error.into()),
        Err(MapFailure::Malformed(_)) => Ok(BTreeMap::new()),
    }
}

/// Opens the two files at these paths. Where the tree itself is a file, opens that.
fn both(pair: &Pair, original: &EntryPath, rebuilt: &EntryPath) -> Result<Both<Content>> {
    let content_at = |tree, path: &EntryPath| open(tree, find(tree, path.as_bytes()).unwrap_or(tree.whole()));
    Ok(Both {
        original: content_at(pair.original(), original)?,
        rebuilt: content_at(pair.rebuilt(), rebuilt)?,
    })
}

/// The length of the original's file, as it was measured.
fn size_bytes(entry: &Entry) -> u64 {
    match entry.original {
        Some(Node::File { size_bytes, .. }) => size_bytes,
        _ => 0,
    }
}

fn find<'a>(tree: &'a Tree, path: &[u8]) -> Option<&'a TreeEntry> {
    let entries = tree.entries();
    entries
        .binary_search_by(|entry| entry.path.as_bytes().cmp(path))
        .ok()
        .map(|at| &entries[at])
        .filter(|entry| entry.is_file())
}

/// Opens a file of a tree. The caller has to call [`Tree::check_unchanged`] after the last read.
///
/// # Errors
/// When it cannot be opened, or has changed since the tree was read.
pub fn open(tree: &Tree, entry: &TreeEntry) -> Result<Content> {
    let (path, file) = tree.open(entry)?.into_parts();
    Ok(Content::file(path, file, entry.size_bytes()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Two trees of `files` files each; in every file three fields differ.
    fn trees(files: usize) -> (tempfile::TempDir, Pair) {
        let folder = tempfile::tempdir().unwrap();
        for (side, value) in [("a", 1), ("b", 2)] {
            fs::create_dir(folder.path().join(side)).unwrap();
            for file in 0..files {
                let json = format!(r#"{{"one": {value}, "two": {value}, "three": {value}}}"#);
                fs::write(folder.path().join(format!("{side}/{file:03}")), json).unwrap();
            }
        }
        let pair = Pair::read(&folder.path().join("a"), &folder.path().join("b")).unwrap();
        (folder, pair)
    }

    fn explained(pair: &Pair, explanations: usize) -> Explained {
        let limits = Limits {
            explanations,
            ..Limits::default()
        };
        explain(pair, &pair.entries().unwrap(), limits).unwrap()
    }

    #[test]
    fn every_difference_is_explained_in_the_order_of_the_entries() {
        let (_folder, pair) = trees(50);
        let result = explained(&pair, 1000);
        assert_eq!((result.explanations.len(), result.omitted), (150, 0));
        assert!(result.explanations.is_sorted_by_key(|one| one.path.clone()));
        assert_eq!(result, explained(&pair, 1000));
    }

    /// The count follows the same rule for more files than one batch and for fewer.
    #[test]
    fn once_there_is_no_room_each_file_that_is_left_counts_as_one() {
        for files in [3, 600] {
            let (_folder, pair) = trees(files);
            let all = explained(&pair, 10_000).explanations;
            for room in [1, 3, 4, 6] {
                let result = explained(&pair, room);
                assert_eq!(result.explanations, all[..room], "{files} {room}");
                let begun = room.div_ceil(3);
                let left = files - begun + 3 * begun - room;
                assert_eq!(result.omitted, left as u64, "{files} {room}");
            }
        }
    }

    #[test]
    fn a_file_that_is_gone_keeps_everything_from_being_explained() {
        let (folder, pair) = trees(20);
        let entries = pair.entries().unwrap();
        fs::remove_file(folder.path().join("b/007")).unwrap();
        let error = explain(&pair, &entries, Limits::default()).unwrap_err();
        assert!(error.to_string().contains("007"), "{error}");
    }
}
