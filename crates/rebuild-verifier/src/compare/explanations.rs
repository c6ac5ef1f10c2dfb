//! Why the entries of two trees differ: file against file, and the blobs of OCI image layouts by their roles, as these have
//! other names when they differ.

use std::collections::BTreeMap;

use super::Pair;
use crate::comparison::Entry;
use crate::content::Content;
use crate::error::Result;
use crate::explain::{Explained, explain};
use crate::formats::{Failure, oci_names};
use crate::input::Limits;
use crate::path::EntryPath;
use crate::tree::{Tree, TreeEntry};
use crate::unsigned;

/// The file that makes a folder an OCI image layout.
const LAYOUT_FILE: &[u8] = b"oci-layout";

impl Pair {
    /// Explains every difference, as far as `limits` allow, in the order of the entries.
    pub(super) fn explain(&self, entries: &[Entry], limits: Limits) -> Result<Explained> {
        let counterparts = self.counterparts(entries, &limits)?;
        let mut explained = Explained::default();
        for entry in entries {
            let found = if entry.content.is_some() {
                self.explain_files(entry, limits)?
            } else if let Some((path, role)) = counterparts.get(&entry.path) {
                self.explain_blobs(entry, path, role, limits)?
            } else {
                continue;
            };
            explained.omitted += found.omitted;
            for explanation in found.explanations {
                if explained.explanations.len() < limits.explanations {
                    explained.explanations.push(explanation);
                } else {
                    explained.omitted += 1;
                }
            }
        }
        Ok(explained)
    }

    fn explain_files(&self, entry: &Entry, limits: Limits) -> Result<Explained> {
        let (original, rebuilt) = self.contents(&entry.path, &entry.path)?;
        explain(&entry.path, &original, &rebuilt, limits)
    }

    fn explain_blobs(
        &self,
        entry: &Entry,
        counterpart: &EntryPath,
        role: &str,
        limits: Limits,
    ) -> Result<Explained> {
        let (original, rebuilt) = self.contents(&entry.path, counterpart)?;
        let mut explained = explain(&entry.path, &original, &rebuilt, limits)?;
        for explanation in &mut explained.explanations {
            explanation.members.insert(0, role.to_owned());
        }
        Ok(explained)
    }

    /// Two files, by their paths on either side.
    fn contents(&self, original: &EntryPath, rebuilt: &EntryPath) -> Result<(Content, Content)> {
        Ok((
            content(&self.original, original)?,
            content(&self.rebuilt, rebuilt)?,
        ))
    }

    /// Gives each entry whose content differs the digest without signatures, if that is the same on both sides.
    pub(super) fn leave_signatures_out(&self, entries: &mut [Entry]) -> Result<()> {
        for entry in entries.iter_mut().filter(|entry| entry.content.is_some()) {
            let (original, rebuilt) = self.contents(&entry.path, &entry.path)?;
            entry.unsigned_sha256 = unsigned::common_digest(&original, &rebuilt)?.map(Box::new);
        }
        Ok(())
    }

    /// For each blob that only the original has: the one that has its role in the rebuild, and that role.
    fn counterparts(
        &self,
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
            let ours = roles(&self.original, folder, limits)?;
            let mut theirs: BTreeMap<String, String> = roles(&self.rebuilt, folder, limits)?
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
}

fn find<'a>(tree: &'a Tree, path: &[u8]) -> Option<&'a TreeEntry> {
    let entries = tree.entries();
    entries
        .binary_search_by(|entry| entry.path.as_bytes().cmp(path))
        .ok()
        .map(|at| &entries[at])
        .filter(|entry| entry.is_file())
}

/// A file of a tree, or the tree itself when that is a file.
fn content(tree: &Tree, path: &EntryPath) -> Result<Content> {
    let entry = find(tree, path.as_bytes()).unwrap_or(tree.whole());
    tree.content(entry)
}

/// The role of every blob of the image layout in `folder`, by its path in the tree.
fn roles(tree: &Tree, folder: &[u8], limits: &Limits) -> Result<BTreeMap<String, String>> {
    let find = |path: &str| {
        let entry = find(tree, &[folder, path.as_bytes()].concat())?;
        Some((entry.path.to_string(), tree.content(entry).ok()?))
    };
    match oci_names(find, limits) {
        Ok(roles) => Ok(roles),
        Err(Failure::Unreadable(error)) => Err(error),
        Err(Failure::Malformed(_)) => Ok(BTreeMap::new()),
    }
}
