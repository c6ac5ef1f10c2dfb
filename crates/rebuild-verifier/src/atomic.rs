//! Writes files whole or not at all: a temporary file beside the target, synced, then renamed.

use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// The mode of files that everybody may read, whatever the umask.
pub const PUBLIC: u32 = 0o644;
/// The mode of files that only their owner may read.
pub const PRIVATE: u32 = 0o600;

/// Writes or replaces one file.
///
/// # Errors
/// When it cannot be written; what was there before is then still there. When what is there is not a regular file.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if !metadata.is_file() => {
            return Err(Error::WillNotReplace {
                path: path.into(),
                why: "it is not a regular file; name a new file, or `-` for standard output",
            });
        }
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::write(path, error)),
        _ => {}
    }
    let written = stage(path, bytes, PUBLIC)?;
    written
        .persist(path)
        .map_err(|error| Error::write(path, error.error))?;
    sync_folder(folder_of(path))
}

/// Refuses an output that would take the place of what is read.
///
/// # Errors
/// When it is one of `inputs`, by whatever path.
pub fn refuse_input<'a>(
    output: &Path,
    inputs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<()> {
    let Ok(resolved) = output.canonicalize() else {
        return Ok(());
    };
    let is_it = |input: &PathBuf| input.canonicalize().is_ok_and(|input| input == resolved);
    match inputs.into_iter().any(is_it) {
        true => Err(Error::WillNotReplace {
            path: output.into(),
            why: "it is read by the same command; name another file",
        }),
        false => Ok(()),
    }
}

/// Writes several new files that everybody may read; see [`create_all_as`].
///
/// # Errors
/// When one of them exists already, or cannot be written.
pub fn create_all(folder: &Path, files: &[(&str, &[u8])]) -> Result<()> {
    let public: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (*name, *bytes, PUBLIC))
        .collect();
    create_all_as(folder, &public)
}

/// Writes several new files, each with its mode, into `folder`, which is created if need be: all of them or none. The last one appears last,
/// so whoever sees it sees all.
///
/// # Errors
/// When one of them exists already, or cannot be written.
pub fn create_all_as(folder: &Path, files: &[(&str, &[u8], u32)]) -> Result<()> {
    for (name, ..) in files {
        refuse_existing(&folder.join(name))?;
    }
    let created = create_folder(folder)?;
    let result = create_in(folder, files);
    if result.is_err() {
        for path in created.iter().rev() {
            // Goes only if it is empty; the error that is reported is the first one.
            let _ = fs::remove_dir(path);
        }
    }
    result
}

fn create_in(folder: &Path, files: &[(&str, &[u8], u32)]) -> Result<()> {
    // All are on the disk before the first one appears under its name; whatever is not kept goes with its drop.
    let mut staged = Vec::new();
    for (name, bytes, mode) in files {
        let path = folder.join(name);
        staged.push((stage(&path, bytes, *mode)?, path));
    }
    let mut appeared: Vec<PathBuf> = Vec::new();
    let appear = || {
        for (file, path) in staged {
            file.persist_noclobber(&path)
                .map_err(|error| Error::write(&path, error.error))?;
            appeared.push(path);
        }
        sync_folder(folder)
    };
    let result = appear();
    if result.is_err() {
        for path in appeared {
            let _ = fs::remove_file(path);
        }
    }
    result
}

fn refuse_existing(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound) => Ok(()),
        Err(error) => Err(Error::write(path, error)),
        Ok(_) => Err(Error::WillNotReplace {
            path: path.into(),
            why: "it exists already; remove it or name another folder",
        }),
    }
}

/// Creates a folder with those above it, and returns the ones that were not there before, outermost first.
fn create_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let missing = |path: &&Path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
    let mut created: Vec<PathBuf> = folder
        .ancestors()
        .take_while(missing)
        .map(Path::to_owned)
        .collect();
    created.reverse();
    fs::create_dir_all(folder).map_err(|cause| Error::write(folder, cause))?;
    Ok(created)
}

fn stage(path: &Path, bytes: &[u8], mode: u32) -> Result<NamedTempFile> {
    let failed = |cause| Error::write(path, cause);
    let mut file = NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file()
        .set_permissions(Permissions::from_mode(mode))
        .map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the new names last, not only the new content.
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

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(
            path.metadata().unwrap().permissions().mode() & 0o777,
            PUBLIC
        );
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_folder_link_or_device_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        for path in [folder.path(), &link, Path::new("/dev/null")] {
            assert!(
                matches!(replace(path, b"x"), Err(Error::WillNotReplace { .. })),
                "{path:?}"
            );
        }
        assert!(link.is_symlink());
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
        assert!(
            create_all(
                &folder.path().join("a/b"),
                &[("one", b"1"), ("no/two", b"2")]
            )
            .is_err()
        );
        // The second cannot appear: the first has taken its name.
        assert!(create_all(&folder.path().join("a/b"), &[("one", b"1"), ("one", b"2")]).is_err());
        assert!(names(folder.path()).is_empty());
    }
}
