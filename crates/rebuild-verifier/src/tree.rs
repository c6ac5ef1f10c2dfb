//! What lies under a path: every entry with its type, links never followed, special files refused.
//!
//! Each entry keeps a stamp (device, inode, mode, size, time of last change). Opening a file and the end of the
//! comparison check it again, so that a verdict is only given about things that stood still.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::content::Content;
use crate::engine::Source;
use crate::error::{Error, Result};
use crate::path::{EntryPath, LinkTarget};

/// The owner's permission to execute: the one bit of a mode that a Nix archive keeps.
const EXECUTABLE: u32 = 0o100;

/// One argument of a comparison, as it was when the comparison began.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    whole: TreeEntry,
    entries: Vec<TreeEntry>,
}

/// One file, folder or link of a [`Tree`].
#[derive(Clone, Debug)]
pub struct TreeEntry {
    /// Relative to the tree's root.
    pub path: EntryPath,
    /// What is there.
    pub found: Found,
    stamp: Stamp,
}

/// What an entry is, before anyone has read its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A regular file.
    File {
        /// The owner's executable bit.
        executable: bool,
        /// Length in bytes.
        size_bytes: u64,
    },
    /// A folder.
    Directory,
    /// A symbolic link, dangling or not.
    Symlink {
        /// Where it points, unresolved.
        target: LinkTarget,
    },
}

impl Tree {
    /// Looks at `argument`, which may itself be a symbolic link (`result`), and at everything below it.
    ///
    /// # Errors
    /// When anything cannot be read, or is a FIFO, a socket or a device.
    pub fn read(argument: &Path) -> Result<Self> {
        let root = argument
            .canonicalize()
            .map_err(|cause| Error::read(argument, cause))?;
        let metadata = root
            .symlink_metadata()
            .map_err(|cause| Error::read(argument, cause))?;
        let whole = TreeEntry {
            path: EntryPath::whole(),
            found: find(&root, &metadata)?,
            stamp: Stamp::of(&metadata),
        };
        let mut entries = Vec::new();
        if whole.found == Found::Directory {
            for entry in WalkDir::new(&root).min_depth(1).follow_links(false) {
                entries.push(walked(&root, entry)?);
            }
        }
        entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(Self {
            root,
            whole,
            entries,
        })
    }

    /// The argument with every link in it resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The argument itself, as an entry with the path `.`.
    pub fn whole(&self) -> &TreeEntry {
        &self.whole
    }

    /// Everything below the argument, sorted bytewise by path; nothing below a file.
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// The name of the argument itself, its links resolved.
    ///
    /// # Errors
    /// When it has none, as the root of the file system.
    pub fn name(&self) -> Result<EntryPath> {
        plain_path(
            &self.root,
            self.root.file_name().unwrap_or_default().as_bytes(),
        )
    }

    /// Whether there is any file, the argument itself included.
    pub fn has_files(&self) -> bool {
        std::iter::once(&self.whole)
            .chain(&self.entries)
            .any(TreeEntry::is_file)
    }

    /// Whether both are the same object of one file system, by whatever path it was reached.
    pub fn is_same_object(&self, other: &Self) -> bool {
        (self.whole.stamp.device, self.whole.stamp.inode)
            == (other.whole.stamp.device, other.whole.stamp.inode)
    }

    /// Opens a file of this tree for reading.
    ///
    /// # Errors
    /// When it cannot be opened, or is no longer what it was.
    pub fn open(&self, entry: &TreeEntry) -> Result<StampedFile> {
        let path = self.locate(entry);
        let file = File::open(&path).map_err(|cause| Error::read(&path, cause))?;
        let metadata = file.metadata().map_err(|cause| Error::read(&path, cause))?;
        if Stamp::of(&metadata) != entry.stamp {
            return Err(Error::Changed { path });
        }
        Ok(StampedFile {
            path,
            file,
            unread_bytes: entry.stamp.size_bytes,
        })
    }

    /// Opens a file of this tree for reading wherever it is needed.
    ///
    /// # Errors
    /// When it cannot be opened, or is no longer what it was.
    pub fn content(&self, entry: &TreeEntry) -> Result<Content> {
        let StampedFile { path, file, .. } = self.open(entry)?;
        Ok(Content::file(path, file, entry.stamp.size_bytes))
    }

    /// Checks that nothing has changed since the tree was read: no file, no link, no list of names.
    ///
    /// # Errors
    /// On the first entry that has.
    pub fn check_unchanged(&self) -> Result<()> {
        for entry in std::iter::once(&self.whole).chain(&self.entries) {
            let path = self.locate(entry);
            let metadata = path
                .symlink_metadata()
                .map_err(|cause| Error::read(&path, cause))?;
            if Stamp::of(&metadata) != entry.stamp {
                return Err(Error::Changed { path });
            }
        }
        Ok(())
    }

    /// Refuses an output that would change what is being compared.
    ///
    /// # Errors
    /// When `output`, which need not exist yet, lies inside this tree or is it.
    pub fn refuse_inside(&self, output: &Path) -> Result<()> {
        let absolute = std::path::absolute(output).map_err(|cause| Error::read(output, cause))?;
        let existing = absolute
            .ancestors()
            .find_map(|ancestor| ancestor.canonicalize().ok());
        if existing.is_some_and(|existing| existing.starts_with(&self.root)) {
            return Err(Error::OutputInside {
                path: output.into(),
                root: self.root.clone(),
            });
        }
        Ok(())
    }

    fn locate(&self, entry: &TreeEntry) -> PathBuf {
        if entry.path == EntryPath::whole() {
            self.root.clone()
        } else {
            self.root.join(entry.path.as_path())
        }
    }
}

impl TreeEntry {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        matches!(self.found, Found::File { .. })
    }

    /// The length of a file in bytes; 0 for anything else.
    pub fn size_bytes(&self) -> u64 {
        match self.found {
            Found::File { size_bytes, .. } => size_bytes,
            Found::Directory | Found::Symlink { .. } => 0,
        }
    }
}

fn walked(root: &Path, entry: walkdir::Result<walkdir::DirEntry>) -> Result<TreeEntry> {
    let failed = |error: walkdir::Error| {
        let path = error.path().unwrap_or(root).to_owned();
        Error::read(path, error.into())
    };
    let entry = entry.map_err(failed)?;
    let metadata = entry.metadata().map_err(failed)?;
    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
    Ok(TreeEntry {
        path: plain_path(entry.path(), relative.as_os_str().as_bytes())?,
        found: find(entry.path(), &metadata)?,
        stamp: Stamp::of(&metadata),
    })
}

fn plain_path(full: &Path, relative: &[u8]) -> Result<EntryPath> {
    EntryPath::new(relative)
        .map_err(|why| Error::read(full, std::io::Error::new(ErrorKind::InvalidInput, why)))
}

fn find(path: &Path, metadata: &Metadata) -> Result<Found> {
    let kind = metadata.file_type();
    let what = if kind.is_file() {
        let executable = metadata.mode() & EXECUTABLE != 0;
        return Ok(Found::File {
            executable,
            size_bytes: metadata.size(),
        });
    } else if kind.is_dir() {
        return Ok(Found::Directory);
    } else if kind.is_symlink() {
        let target = fs::read_link(path).map_err(|cause| Error::read(path, cause))?;
        return Ok(Found::Symlink {
            target: LinkTarget::new(&target),
        });
    } else if kind.is_fifo() {
        "named pipe"
    } else if kind.is_socket() {
        "socket"
    } else if kind.is_block_device() {
        "block device"
    } else if kind.is_char_device() {
        "character device"
    } else {
        "special file"
    };
    Err(Error::Special {
        path: path.into(),
        what,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    mode: u32,
    size_bytes: u64,
    modified_secs: i64,
    modified_nanos: i64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode(),
            size_bytes: metadata.size(),
            modified_secs: metadata.mtime(),
            modified_nanos: metadata.mtime_nsec(),
        }
    }
}

/// A file that must have exactly the size it had when its tree was read.
#[derive(Debug)]
pub struct StampedFile {
    path: PathBuf,
    file: File,
    unread_bytes: u64,
}

impl Source for StampedFile {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(Error::read(&self.path, cause)),
            }
        }
        let changed = || Error::Changed {
            path: self.path.clone(),
        };
        self.unread_bytes = self
            .unread_bytes
            .checked_sub(filled as u64)
            .ok_or_else(changed)?;
        if filled < buffer.len() && self.unread_bytes > 0 {
            return Err(changed());
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let paths: Vec<_> = tree
            .entries()
            .iter()
            .map(|entry| entry.path.to_string())
            .collect();
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
            assert!(matches!(drain(opened), Err(Error::Changed { .. })));
        }
    }

    #[test]
    fn a_file_rewritten_with_the_same_size_is_found_by_the_last_check() {
        let folder = folder(&[("file", "content")]);
        let tree = Tree::read(folder.path()).unwrap();
        tree.check_unchanged().unwrap();
        let file = File::options()
            .write(true)
            .open(folder.path().join("file"))
            .unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        assert!(matches!(tree.check_unchanged(), Err(Error::Changed { .. })));
    }

    #[test]
    fn a_new_name_in_a_folder_is_found_by_the_last_check() {
        let folder = folder(&[("sub/file", "content")]);
        let sub = File::open(folder.path().join("sub")).unwrap();
        sub.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let tree = Tree::read(folder.path()).unwrap();
        fs::write(folder.path().join("sub/other"), "").unwrap();
        assert!(matches!(tree.check_unchanged(), Err(Error::Changed { .. })));
    }

    #[test]
    fn an_output_inside_the_tree_is_refused_even_before_it_exists() {
        let folder = folder(&[("file", "content")]);
        let tree = Tree::read(folder.path()).unwrap();
        assert!(
            tree.refuse_inside(&folder.path().join("new/deep/file"))
                .is_err()
        );
        assert!(tree.refuse_inside(folder.path()).is_err());
        assert!(
            tree.refuse_inside(&folder.path().with_extension("beside"))
                .is_ok()
        );
    }
}
