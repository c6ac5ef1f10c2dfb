//! One entry of a tree. It is small, because a tree may have millions.

use std::os::fd::BorrowedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Stat, readlinkat, statat};
use rustix::io::Errno;
use untrusted_input::InputError as _;

use crate::error::{Error, Result};
use crate::path::{EntryPath, LinkTarget};

/// The owner's permission to execute: the one bit of a mode that a Nix archive keeps.
const EXECUTABLE: u32 = 0o100;

/// One file, folder or link of a tree.
#[derive(Clone, Debug)]
pub struct TreeEntry {
    /// The path relative to the tree's root.
    pub path: EntryPath,
    pub(super) object: Object,
}

/// The object at a path.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// The target, if the object is a link.
    target: Option<Box<LinkTarget>>,
    pub(super) stamp: Stamp,
}

/// The type of an entry, known before its content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryType<'a> {
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
        /// The target, unresolved.
        target: &'a LinkTarget,
    },
}

impl TreeEntry {
    /// The entry's type.
    pub fn entry_type(&self) -> EntryType<'_> {
        match &self.object.target {
            Some(target) => EntryType::Symlink { target },
            None if FileType::from_raw_mode(self.object.stamp.mode) == FileType::Directory => EntryType::Directory,
            None => EntryType::File {
                executable: self.object.stamp.mode & EXECUTABLE != 0,
                size_bytes: self.object.stamp.size_bytes,
            },
        }
    }

    /// Whether the entry is a regular file.
    pub fn is_file(&self) -> bool {
        matches!(self.entry_type(), EntryType::File { .. })
    }

    /// The length of a file in bytes; 0 for anything else.
    pub fn size_bytes(&self) -> u64 {
        match self.entry_type() {
            EntryType::File { size_bytes, .. } => size_bytes,
            EntryType::Directory | EntryType::Symlink { .. } => 0,
        }
    }
}

impl Object {
    /// Reads the type and stamp of `relative` in `folder`, without following links. `full` is the path for messages.
    pub(super) fn find(folder: BorrowedFd<'_>, relative: &Path, full: &Path) -> Result<Self> {
        let failed = |cause: Errno| Error::read(full, cause.into());
        let stat = statat(folder, relative, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
        let mut target = None;
        let special = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile | FileType::Directory => None,
            FileType::Symlink => {
                let link = readlinkat(folder, relative, Vec::new()).map_err(failed)?;
                target = Some(Box::new(LinkTarget::new(link.as_bytes())));
                None
            }
            FileType::Fifo => Some("named pipe"),
            FileType::Socket => Some("socket"),
            FileType::BlockDevice => Some("block device"),
            FileType::CharacterDevice => Some("character device"),
            FileType::Unknown => Some("special file"),
        };
        if let Some(what) = special {
            return Err(Error::Special {
                path: full.into(),
                what,
            });
        }
        let stamp = Stamp::of(&stat);
        Ok(Self { target, stamp })
    }
}

/// The metadata that must not change during a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    size_bytes: u64,
    modified_nanos: i64,
    /// ctime: when the content, the times or the name last changed, by the system's clock. Nobody can set it back.
    changed_nanos: i64,
    device: u32,
    mode: u32,
}

impl Stamp {
    pub(super) fn of(stat: &Stat) -> Self {
        // Wraps: only times that are 584 years apart become equal.
        let nanos = |secs: i64, nanos: i64| secs.wrapping_mul(1_000_000_000).wrapping_add(nanos);
        Self {
            inode: stat.st_ino,
            size_bytes: stat.st_size as u64,
            modified_nanos: nanos(stat.st_mtime, stat.st_mtime_nsec as i64),
            changed_nanos: nanos(stat.st_ctime, stat.st_ctime_nsec as i64),
            // Kernels number devices with 32 bits; a wider st_dev has the same bits, spread out.
            device: (stat.st_dev ^ (stat.st_dev >> 32)) as u32,
            mode: stat.st_mode,
        }
    }

    /// The ctime in nanoseconds since 1970.
    pub(super) fn changed_nanos(&self) -> i64 {
        self.changed_nanos
    }

    /// Whether both stamps are of the same object, changed or not.
    pub(super) fn is_same_object(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each file of two huge trees takes 320 bytes: two entries, one path and one entry of the comparison.
    #[test]
    fn an_entry_is_small() {
        assert!(size_of::<TreeEntry>() <= 64, "{}", size_of::<TreeEntry>());
        let entry = size_of::<crate::comparison::Entry>();
        assert!(entry <= 128, "{entry}");
    }
}
