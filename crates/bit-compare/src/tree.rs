//! Lists a tree: every entry with its type. Links are never followed; special files are refused.
//!
//! Each entry has a stamp: device, inode, mode, size, mtime and ctime. Nobody can set ctime back. The stamp is checked
//! when the file is opened, after its last byte, and by its path at the end of the comparison, so there is no verdict
//! about files that changed. The stamp misses two cases: writes through a shared memory mapping, for which the kernel
//! updates both times late, and file systems that do not keep these times.

mod entry;
mod file;

use std::io::ErrorKind;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use entry::{Object, Stamp};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, openat, statat};
use untrusted_input::InputError as _;
use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::path::{EntryPath, PathStore};

pub use entry::{EntryType, TreeEntry};
pub use file::StampedFile;

/// A file that changed this shortly before its stamp was taken can change again without new times. Two ticks of the
/// slowest kernel clock.
const TICKS: Duration = Duration::from_millis(20);
/// How often a tree is read until no change in it is younger than [`TICKS`].
const MAX_READS: u32 = 8;

/// One argument of a comparison, as it was when the comparison began.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    /// The argument, held open if it is a folder. Its entries are opened relative to this descriptor, by short paths.
    folder: Option<OwnedFd>,
    whole: TreeEntry,
    entries: Vec<TreeEntry>,
}

impl Tree {
    /// Lists `argument`, which may be a symbolic link (`result`), and everything below it. Waits until the last change
    /// is old enough that any later change gets a new ctime.
    ///
    /// # Errors
    /// When an entry cannot be read, is a FIFO, a socket or a device, or keeps changing.
    pub fn read(argument: &Path) -> Result<Self> {
        for attempt in 1..=MAX_READS {
            let began = SystemTime::now();
            let tree = Self::read_once(argument)?;
            if tree.has_settled(began) {
                return Ok(tree);
            }
            thread::sleep(attempt * TICKS);
        }
        Err(Error::changed(argument))
    }

    /// Whether every change in the tree is too old for a later change to get the same ctime. A ctime in the future
    /// comes from another clock and is ignored.
    fn has_settled(&self, began: SystemTime) -> bool {
        let nanos = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        let since_1970 = |time: SystemTime| {
            let duration = time.duration_since(SystemTime::UNIX_EPOCH);
            duration.map_or(0, nanos)
        };
        let young = since_1970(began).saturating_sub(nanos(TICKS))..=since_1970(SystemTime::now());
        std::iter::once(&self.whole)
            .chain(&self.entries)
            .all(|entry| !young.contains(&entry.object.stamp.changed_nanos()))
    }

    fn read_once(argument: &Path) -> Result<Self> {
        let failed = |cause| Error::read(argument, cause);
        let root = argument.canonicalize().map_err(failed)?;
        let whole = TreeEntry {
            path: EntryPath::whole(),
            object: Object::find(CWD, &root, &root)?,
        };
        let mut tree = Self {
            root,
            folder: None,
            whole,
            entries: Vec::new(),
        };
        if tree.whole.entry_type() == EntryType::Directory {
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = openat(CWD, &tree.root, flags, Mode::empty());
            let folder = opened.map_err(|cause| failed(cause.into()))?;
            tree.entries = walk(&tree.root, &folder)?;
            tree.folder = Some(folder);
        }
        Ok(tree)
    }

    /// The argument with all its links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The argument itself, as an entry with the path `.`.
    pub fn whole(&self) -> &TreeEntry {
        &self.whole
    }

    /// Everything below the argument, sorted bytewise by path. Empty for a file.
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// The name of the argument, with its links resolved.
    ///
    /// # Errors
    /// When the argument has no name, because it is the root of the file system.
    pub fn name(&self) -> Result<EntryPath> {
        EntryPath::new(self.root.file_name().unwrap_or_default().as_bytes()).map_err(|why| not_plain(&self.root, why))
    }

    /// Whether the tree holds a file, or is one.
    pub(crate) fn has_files(&self) -> bool {
        std::iter::once(&self.whole)
            .chain(&self.entries)
            .any(TreeEntry::is_file)
    }

    /// Whether both trees are the same object of one file system, whatever their paths.
    pub(crate) fn is_same_object(&self, other: &Self) -> bool {
        self.whole.object.stamp.is_same_object(&other.whole.object.stamp)
    }

    /// Opens a file of this tree for reading.
    ///
    /// # Errors
    /// When the file cannot be opened, or has changed.
    pub fn open(&self, entry: &TreeEntry) -> Result<StampedFile> {
        let (folder, relative) = self.reach(entry);
        let path = self.locate(entry);
        let failed = |cause: rustix::io::Errno| Error::read(&path, cause.into());
        // A link or a named pipe may have taken the file's place. NOFOLLOW refuses the link, NONBLOCK does not wait for
        // a writer of the pipe.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(folder, relative, flags, Mode::empty()).map_err(failed)?;
        StampedFile::new(path, file.into(), entry.object.stamp, entry.size_bytes())
    }

    /// Checks that no file, link or folder has changed since the tree was read.
    ///
    /// # Errors
    /// Names the first entry that has changed.
    pub fn check_unchanged(&self) -> Result<()> {
        self.check_entry(&self.whole)?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let share = self.entries.len().div_ceil(cores).max(1);
        thread::scope(|scope| {
            let check =
                |entries: &[TreeEntry]| -> Result<()> { entries.iter().try_for_each(|entry| self.check_entry(entry)) };
            let workers: Vec<_> = self
                .entries
                .chunks(share)
                .map(|entries| scope.spawn(move || check(entries)))
                .collect();
            // Join in the order of the entries, to report the first of several changes.
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    fn check_entry(&self, entry: &TreeEntry) -> Result<()> {
        let (folder, relative) = self.reach(entry);
        match statat(folder, relative, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if Stamp::of(&stat) == entry.object.stamp => Ok(()),
            Ok(_) => Err(Error::changed(self.locate(entry))),
            Err(cause) => Err(Error::read(self.locate(entry), cause.into())),
        }
    }

    /// Replaces each path that `other` has too by the path of `other`, so that it is in memory once.
    pub(crate) fn share_paths(&mut self, other: &Self) {
        let mut others = other.entries.iter().peekable();
        for entry in &mut self.entries {
            while others.next_if(|other| other.path < entry.path).is_some() {}
            if let Some(other) = others.next_if(|other| other.path == entry.path) {
                entry.path = other.path.clone();
            }
        }
    }

    /// An open folder, and the entry's path relative to it.
    fn reach<'a>(&'a self, entry: &'a TreeEntry) -> (BorrowedFd<'a>, &'a Path) {
        match &self.folder {
            Some(folder) if entry.path != EntryPath::whole() => (folder.as_fd(), entry.path.as_path()),
            _ => (CWD, &self.root),
        }
    }

    fn locate(&self, entry: &TreeEntry) -> PathBuf {
        if entry.path == EntryPath::whole() {
            self.root.clone()
        } else {
            self.root.join(entry.path.as_path())
        }
    }
}

/// Lists everything below `root`, which is open as `folder`, sorted by path.
fn walk(root: &Path, folder: &OwnedFd) -> Result<Vec<TreeEntry>> {
    let mut stores = vec![PathStore::default()];
    let mut objects = Vec::new();
    for entry in WalkDir::new(root).min_depth(1).follow_links(false) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            // The message of walkdir's own error would repeat the path.
            let cause = error.into_io_error();
            Error::read(path, cause.unwrap_or_else(|| ErrorKind::Other.into()))
        })?;
        let full = entry.path();
        let relative = full.strip_prefix(root).unwrap_or(full);
        objects.push(Object::find(folder.as_fd(), relative, full)?);
        add(&mut stores, relative).map_err(|why| not_plain(full, why))?;
    }
    let paths = stores.into_iter().flat_map(PathStore::into_paths);
    let mut entries: Vec<_> = paths
        .zip(objects)
        .map(|(path, object)| TreeEntry { path, object })
        .collect();
    entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    entries.shrink_to_fit();
    Ok(entries)
}

fn add(stores: &mut Vec<PathStore>, path: &Path) -> Result<(), String> {
    let path = path.as_os_str().as_bytes();
    if let Some(store) = stores.last_mut() {
        if store.add(path)? {
            return Ok(());
        }
    }
    let mut another = PathStore::default();
    another.add(path)?;
    stores.push(another);
    Ok(())
}

fn not_plain(full: &Path, why: String) -> Error {
    Error::read(full, std::io::Error::new(ErrorKind::InvalidInput, why))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write as _;

    use super::*;
    use crate::engine::ByteStream as _;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn drain(mut file: StampedFile) -> Result<usize> {
        file.fill(&mut [0; 64])
    }

    #[test]
    fn entries_are_sorted_by_their_bytes_and_not_by_folder() {
        let folder = folder(&[("a/b", ""), ("a-b", ""), ("B", "")]);
        let tree = Tree::read(folder.path()).unwrap();
        let paths: Vec<_> = tree.entries().iter().map(|entry| entry.path.to_string()).collect();
        assert_eq!(paths, ["B", "a", "a-b", "a/b"]);
    }

    #[test]
    fn a_file_that_grew_shrank_or_was_replaced_since_is_not_read_as_if_nothing_had_happened() {
        let changes: [fn(&Path); 4] = [
            |path| fs::write(path, "longer than before").unwrap(),
            |path| fs::write(path, "").unwrap(),
            |path| fs::remove_file(path).unwrap(),
            |path| {
                fs::write(path.with_extension("new"), "content").unwrap();
                fs::rename(path.with_extension("new"), path).unwrap();
            },
        ];
        for change in changes {
            let folder = folder(&[("file", "content")]);
            let tree = Tree::read(folder.path()).unwrap();
            change(&folder.path().join("file"));
            assert!(tree.open(&tree.entries()[0]).and_then(drain).is_err());
            assert!(tree.check_unchanged().is_err());
        }
    }

    #[test]
    fn a_file_that_grows_or_shrinks_after_it_was_opened_is_an_error() {
        for content in ["longer than before", "short"] {
            let folder = folder(&[("file", "content")]);
            let tree = Tree::read(folder.path()).unwrap();
            let opened = tree.open(&tree.entries()[0]).unwrap();
            fs::write(folder.path().join("file"), content).unwrap();
            assert!(matches!(
                drain(opened),
                Err(Error::Input(untrusted_input::Error::Changed { .. }))
            ));
        }
    }

    #[test]
    fn a_file_rewritten_with_the_same_size_is_found_by_the_last_check() {
        let folder = folder(&[("file", "content")]);
        let tree = Tree::read(folder.path()).unwrap();
        tree.check_unchanged().unwrap();
        let file = File::options().write(true).open(folder.path().join("file")).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert!(matches!(
            tree.check_unchanged(),
            Err(Error::Input(untrusted_input::Error::Changed { .. }))
        ));
    }

    #[test]
    fn a_file_rewritten_with_its_time_put_back_is_found_while_it_is_open_and_by_its_path() {
        let folder = folder(&[("file", "content")]);
        let path = folder.path().join("file");
        let tree = Tree::read(folder.path()).unwrap();
        let opened = tree.open(&tree.entries()[0]).unwrap();
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        (&file).write_all(b"CONTENT").unwrap();
        file.set_modified(modified).unwrap();
        assert!(matches!(
            drain(opened),
            Err(Error::Input(untrusted_input::Error::Changed { .. }))
        ));
        assert!(matches!(
            tree.check_unchanged(),
            Err(Error::Input(untrusted_input::Error::Changed { .. }))
        ));
        assert!(tree.open(&tree.entries()[0]).is_err());
    }

    /// The file is written right before the tree is read, so the next change could get the same ctime.
    #[test]
    fn a_tree_is_looked_at_only_once_it_has_stood_still_for_some_ticks() {
        let folder = folder(&[("file", "content")]);
        let began = SystemTime::now();
        assert!(!Tree::read_once(folder.path()).unwrap().has_settled(began));
        let tree = Tree::read(folder.path()).unwrap();
        assert!(tree.has_settled(SystemTime::now()));
        assert!(began.elapsed().unwrap() >= TICKS);
        fs::write(folder.path().join("file"), "CONTENT").unwrap();
        assert!(matches!(
            tree.check_unchanged(),
            Err(Error::Input(untrusted_input::Error::Changed { .. }))
        ));
    }

    #[test]
    fn a_new_name_in_a_folder_is_found_by_the_last_check() {
        let folder = folder(&[("sub/file", "content")]);
        let sub = File::open(folder.path().join("sub")).unwrap();
        sub.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let tree = Tree::read(folder.path()).unwrap();
        fs::write(folder.path().join("sub/other"), "").unwrap();
        assert!(matches!(
            tree.check_unchanged(),
            Err(Error::Input(untrusted_input::Error::Changed { .. }))
        ));
    }
}
