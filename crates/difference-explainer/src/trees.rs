//! Why the entries of two trees differ: file against file, and the blobs of OCI image layouts by their roles, as these have
//! other names when they differ.

use std::collections::BTreeMap;
use std::thread;

use binary_formats::content::Content;
use binary_formats::{Failure, oci_names, unsigned};
use bit_compare::comparison::Entry;
use bit_compare::explanation::Explained;
use bit_compare::pair::Pair;
use bit_compare::path::EntryPath;
use bit_compare::pool;
use bit_compare::tree::{Tree, TreeEntry};

use crate::error::Result;
use crate::{Limits, contents};

/// The file that makes a folder an OCI image layout.
const LAYOUT_FILE: &[u8] = b"oci-layout";

/// Pairs of files that are explained at a time for each core: what lies behind the last explanation that there is room for is
/// explained in vain, so there are few.
const AT_A_TIME: usize = 8;

/// Explains every difference between the entries of a pair on all cores, as far as `limits` allow, in the order of the
/// entries. Once there is no more room, each file that is left is counted as one more explanation, and not looked into.
///
/// # Errors
/// When something cannot be read.
pub fn explain(pair: &Pair, entries: &[Entry], limits: Limits) -> Result<Explained> {
    let work = differing(pair, entries, &limits)?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut explained = Explained::default();
    let mut left = work.as_slice();
    while !left.is_empty() && explained.explanations.len() < limits.explanations {
        let (now, later) = left.split_at(left.len().min(AT_A_TIME * cores));
        left = later;
        let found = pool::on_all_cores(
            now,
            |one| one.size_bytes,
            || (),
            |one, (), _| one.explain(pair, limits),
        )?;
        for found in found {
            add(&mut explained, found, limits.explanations);
        }
    }
    explained.omitted += left.len() as u64;
    Ok(explained)
}

/// Adds what was found about one pair of files, as far as there is room.
fn add(explained: &mut Explained, mut found: Explained, most: usize) {
    let room = most - explained.explanations.len();
    if room == 0 {
        // However it happened to be looked into, it counts like all that were not.
        explained.omitted += 1;
        return;
    }
    explained.omitted += found.omitted + found.explanations.len().saturating_sub(room) as u64;
    found.explanations.truncate(room);
    explained.explanations.append(&mut found.explanations);
}

/// Gives each entry whose content differs the digest without signatures, if that is the same on both sides.
///
/// # Errors
/// When something cannot be read, or claims to be signed and is not well-formed.
pub fn leave_signatures_out(pair: &Pair, entries: &mut [Entry]) -> Result<()> {
    for entry in entries.iter_mut().filter(|entry| entry.content.is_some()) {
        let (original, rebuilt) = both(pair, &entry.path, &entry.path)?;
        entry.unsigned_sha256 = unsigned::common_digest(&original, &rebuilt)?.map(Box::new);
    }
    Ok(())
}

/// Two files of which the contents differ.
struct Differing<'a> {
    path: &'a EntryPath,
    /// What the rebuild has in its place.
    counterpart: EntryPath,
    /// What it is in an image, if it is a blob of one.
    role: Option<String>,
    size_bytes: u64,
}

impl Differing<'_> {
    fn explain(&self, pair: &Pair, limits: Limits) -> Result<Explained> {
        let (original, rebuilt) = both(pair, self.path, &self.counterpart)?;
        let mut explained = contents::explain(self.path, &original, &rebuilt, limits)?;
        for explanation in &mut explained.explanations {
            explanation.members.splice(0..0, self.role.clone());
        }
        Ok(explained)
    }
}

/// Everything that can be explained, in the order of the entries.
fn differing<'a>(pair: &Pair, entries: &'a [Entry], limits: &Limits) -> Result<Vec<Differing<'a>>> {
    let mut counterparts = counterparts(pair, entries, limits)?;
    let size = |path: &EntryPath| {
        find(pair.original(), path.as_bytes()).map_or(0, |entry| entry.size_bytes())
    };
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
            size_bytes: size(&entry.path),
        })
    });
    Ok(list.collect())
}

/// For each blob that only the original has: the one that has its role in the rebuild, and that role.
fn counterparts(
    pair: &Pair,
    entries: &[Entry],
    limits: &Limits,
) -> Result<BTreeMap<EntryPath, (EntryPath, String)>> {
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
            let paths = (
                EntryPath::try_from(path),
                counterpart.map(EntryPath::try_from),
            );
            if let (Ok(path), Some(Ok(counterpart))) = paths {
                counterparts.insert(path, (counterpart, role));
            }
        }
    }
    // A blob that has a role on one side only, or is on both, is told as any other entry.
    counterparts.retain(|path, _| {
        entries
            .binary_search_by(|entry| entry.path.cmp(path))
            .is_ok_and(|at| entries[at].rebuilt.is_none())
    });
    Ok(counterparts)
}

/// The role of every blob of the image layout in `folder`, by its path in the tree.
fn roles(tree: &Tree, folder: &[u8], limits: &Limits) -> Result<BTreeMap<String, String>> {
    let find = |path: &str| {
        let entry = find(tree, &[folder, path.as_bytes()].concat())?;
        Some((entry.path.to_string(), content(tree, entry).ok()?))
    };
    match oci_names(find, &limits.formats) {
        Ok(roles) => Ok(roles),
        Err(Failure::Unreadable(error)) => Err(error.into()),
        Err(Failure::Malformed(_)) => Ok(BTreeMap::new()),
    }
}

/// Two files, by their paths on either side; the tree itself where that is a file.
fn both(pair: &Pair, original: &EntryPath, rebuilt: &EntryPath) -> Result<(Content, Content)> {
    let content_at =
        |tree, path: &EntryPath| content(tree, find(tree, path.as_bytes()).unwrap_or(tree.whole()));
    Ok((
        content_at(pair.original(), original)?,
        content_at(pair.rebuilt(), rebuilt)?,
    ))
}

fn find<'a>(tree: &'a Tree, path: &[u8]) -> Option<&'a TreeEntry> {
    let entries = tree.entries();
    entries
        .binary_search_by(|entry| entry.path.as_bytes().cmp(path))
        .ok()
        .map(|at| &entries[at])
        .filter(|entry| entry.is_file())
}

/// A file of a tree, to be read wherever it is needed.
fn content(tree: &Tree, entry: &TreeEntry) -> Result<Content> {
    let (path, file) = tree.open(entry)?.into_parts();
    Ok(Content::file(path, file, entry.size_bytes()))
}
