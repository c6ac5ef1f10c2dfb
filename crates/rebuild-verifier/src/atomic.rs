//! Writes files completely or not at all: as temporary files beside their targets, synced, then renamed, all of them or
//! none.
//!
//! A command first stages its files, then prints, and only then lets the files appear. If anything fails, be it a full
//! disk or a closed standard output, none of them is there.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use untrusted_input::error::plain;

use crate::error::{Error, Result};
use crate::outputs::{folder_of, refuse_existing};

/// The mode of files that everybody may read, regardless of the umask.
pub const PUBLIC: u32 = 0o644;
/// The mode of files that only their owner may read.
pub const PRIVATE: u32 = 0o600;

/// Files that are on the disk but not yet under their names. Without [`Staged::appear`] they are deleted, and so are
/// the folders that were created for them.
#[derive(Debug, Default)]
#[must_use = "without `appear` nothing is written"]
pub struct Staged {
    files: Vec<(NamedTempFile, PathBuf)>,
    created: Vec<PathBuf>,
}

impl Staged {
    /// Adds a file that everybody may read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.add_as(path, bytes, PUBLIC)
    }

    /// Adds several files that everybody may read to `folder`, which is created if need be.
    ///
    /// # Errors
    /// When one of them exists already, or cannot be written.
    pub fn new_in(folder: &Path, files: &[(&str, &[u8])]) -> Result<Self> {
        let public: Vec<_> = files.iter().map(|(name, bytes)| (*name, *bytes, PUBLIC)).collect();
        Self::new_as(folder, &public)
    }

    /// Like [`Staged::new_in`], with a mode for each file.
    ///
    /// # Errors
    /// As [`Staged::new_in`].
    pub fn new_as(folder: &Path, files: &[(&str, &[u8], u32)]) -> Result<Self> {
        for (name, ..) in files {
            refuse_existing(&folder.join(name))?;
        }
        let mut staged = Self::default();
        staged.create_folder(folder)?;
        for (name, bytes, mode) in files {
            staged.add_as(&folder.join(name), bytes, *mode)?;
        }
        Ok(staged)
    }

    /// Adds the files that `other` has staged.
    pub fn merge(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.created.append(&mut other.created);
    }

    /// Renames every file to its name, in the order of addition: once the last one is there, all are.
    ///
    /// # Errors
    /// When one of the names is taken by now, or a file cannot be renamed; none of the files is then there.
    pub fn appear(mut self) -> Result<()> {
        let mut appeared: Vec<PathBuf> = Vec::new();
        let result = self.name_all(&mut appeared);
        if result.is_err() {
            for path in appeared {
                let _ = fs::remove_file(path);
            }
        }
        result
    }

    fn name_all(&mut self, appeared: &mut Vec<PathBuf>) -> Result<()> {
        for (file, path) in self.files.drain(..) {
            file.persist_noclobber(&path)
                .map_err(|error| failed(&path, error.error))?;
            appeared.push(path);
        }
        for path in appeared {
            sync_folder(folder_of(path))?;
        }
        self.created.clear();
        Ok(())
    }

    /// Creates a folder and its parents, and remembers the new ones.
    fn create_folder(&mut self, folder: &Path) -> Result<()> {
        let missing = |path: &&Path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
        let ancestors = folder.ancestors().take_while(missing);
        self.created = ancestors.map(Path::to_owned).collect();
        fs::create_dir_all(folder).map_err(|cause| Error::write(folder, cause))
    }

    fn add_as(&mut self, path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
        let file = stage(path, bytes, mode).map_err(|cause| failed(path, cause))?;
        self.files.push((file, path.into()));
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.files.clear();
        for path in &self.created {
            // This removes only empty folders.
            let _ = fs::remove_dir(path);
        }
    }
}

fn stage(path: &Path, bytes: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    // A missing folder gives the system's plain error here; tempfile's would name the temporary file.
    folder.metadata()?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Drops the name of the temporary file from the error: it would only confuse.
fn failed(path: &Path, cause: io::Error) -> Error {
    Error::write(path, plain(cause))
}

/// Syncs a folder: otherwise only the content of new files is durable, not their names.
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|cause| Error::write(folder, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn create_all(folder: &Path, files: &[(&str, &[u8])]) -> Result<()> {
        Staged::new_in(folder, files)?.appear()
    }

    #[test]
    fn a_file_appears_whole_when_it_is_told_to_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut staged = Staged::default();
        staged.add(&path, b"one").unwrap();
        assert!(!path.exists());
        staged.appear().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, PUBLIC);
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn what_never_appears_leaves_neither_files_nor_folders() {
        let folder = tempfile::tempdir().unwrap();
        let staged = Staged::new_in(&folder.path().join("a/b"), &[("one", b"1")]).unwrap();
        drop(staged);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn what_has_the_name_meanwhile_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut staged = Staged::default();
        staged.add(&path("one"), b"1").unwrap();
        staged.add(&path("two"), b"2").unwrap();
        std::os::unix::fs::symlink("nowhere", path("two")).unwrap();
        assert!(staged.appear().is_err());
        assert_eq!(names(folder.path()), ["two"]);
    }

    #[test]
    fn a_set_appears_whole_in_a_new_folder() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a/b");
        create_all(&out, &[("one", b"1"), ("two", b"2")]).unwrap();
        assert_eq!(names(&out), ["one", "two"]);
    }

    #[test]
    fn a_set_of_which_one_exists_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("two"), "old").unwrap();
        assert!(create_all(folder.path(), &[("one", b"1"), ("two", b"2")]).is_err());
        assert_eq!(names(folder.path()), ["two"]);
        assert_eq!(fs::read(folder.path().join("two")).unwrap(), b"old");
    }

    #[test]
    fn a_set_that_fails_half_way_leaves_neither_files_nor_folders() {
        let folder = tempfile::tempdir().unwrap();
        // The second cannot be staged: the folder of its name does not exist.
        assert!(create_all(&folder.path().join("a/b"), &[("one", b"1"), ("no/two", b"2")]).is_err());
        // The second cannot appear: the first has taken its name.
        assert!(create_all(&folder.path().join("a/b"), &[("one", b"1"), ("one", b"2")]).is_err());
        assert!(names(folder.path()).is_empty());
    }
}
