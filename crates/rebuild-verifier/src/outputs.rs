//! Checks every output of a command before anything is read: no output replaces an input, and no file of an earlier run
//! is left.
//!
//! Two paths count as one file if they are the same object (a hard link, or a folder reached by another path). They
//! also do if they lie in one folder and their names differ only in case, because some file systems ignore case. TOCTOU
//! is out of scope: a change between this check and the write is not detected. Names that are equal only by Unicode
//! normalisation are not detected either.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Result};

/// Refuses outputs that would change an input, then removes files of an earlier run at them: whatever stands there
/// afterwards was written by this run. An input is a file, or a folder with everything below it.
///
/// # Errors
/// When an output is an input, lies inside one, is another output, or exists and is no regular file; nothing is then
/// removed. When a file cannot be removed.
pub fn claim(inputs: &[&Path], outputs: &[&Path]) -> Result<()> {
    check(inputs, outputs)?;
    for output in outputs {
        match fs::remove_file(output) {
            Err(error) if is_absent(&error) => {}
            removed => removed.map_err(|cause| Error::write(*output, cause))?,
        }
    }
    Ok(())
}

/// Like [`claim`], for outputs that must not exist yet: keys, for example, are never replaced.
///
/// # Errors
/// As [`claim`], and when an output exists already.
pub fn claim_new(inputs: &[&Path], outputs: &[&Path]) -> Result<()> {
    check(inputs, outputs)?;
    outputs.iter().try_for_each(|output| refuse_existing(output))
}

/// Refuses an output that exists.
///
/// # Errors
/// When it exists, or when that cannot be determined.
pub(crate) fn refuse_existing(output: &Path) -> Result<()> {
    match output.symlink_metadata() {
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(Error::write(output, error)),
        Ok(_) => Err(Error::WillNotReplace {
            path: output.into(),
            why: "it exists already; remove it or name another folder",
        }),
    }
}

fn check(inputs: &[&Path], outputs: &[&Path]) -> Result<()> {
    let refuse = |output: &Path, why| {
        Err(Error::WillNotReplace {
            path: output.into(),
            why,
        })
    };
    let read = inputs.iter().map(|input| Input::find(input));
    let read = read.collect::<Result<Vec<_>>>()?;
    let mut places: Vec<Location> = Vec::new();
    for output in outputs {
        match output.symlink_metadata() {
            Ok(metadata) if !metadata.is_file() => {
                return refuse(
                    output,
                    "it is not a regular file; name a new file, or `-` for standard output",
                );
            }
            Err(error) if !is_absent(&error) => return Err(Error::write(*output, error)),
            _ => {}
        }
        let place = Location::find(output)?;
        if places.iter().any(|other| other.is_same(&place)) {
            return refuse(
                output,
                "two documents cannot be written to one place; name another file",
            );
        }
        for input in &read {
            if input.tree.is_some_and(|tree| place.folders.contains(&tree)) {
                return Err(Error::OutputInside {
                    path: output.into(),
                    root: input.path.into(),
                });
            }
            if input.place.is_same(&place) || input.holds(&place) {
                return refuse(output, "it is read by the same command; name another file");
            }
        }
        places.push(place);
    }
    Ok(())
}

/// The identity of a file or folder, independent of its path: its device and inode.
type FileId = (u64, u64);

/// An input of a command.
struct Input<'a> {
    path: &'a Path,
    place: Location,
    /// Its identity, if it is a folder.
    tree: Option<FileId>,
}

impl<'a> Input<'a> {
    fn find(path: &'a Path) -> Result<Self> {
        let place = Location::find(path)?;
        Ok(Self {
            path,
            tree: place.object.filter(|_| path.is_dir()),
            place,
        })
    }

    /// Whether an existing output is a file of this tree under another name, or the target of a link in it.
    fn holds(&self, output: &Location) -> bool {
        let (Some(_), Some(object)) = (self.tree, output.object) else {
            return false;
        };
        // Unreadable entries are skipped: reading the input will fail on them.
        let entries = WalkDir::new(self.path).into_iter().flatten();
        let mut objects = entries.filter_map(|entry| object_at(entry.path()));
        objects.any(|found| found == object)
    }
}

/// The place of a file that exists or will be written.
struct Location {
    /// The existing object, with links followed.
    object: Option<FileId>,
    /// Every existing folder above it, the nearest first.
    folders: Vec<FileId>,
    /// The names below the nearest one, case-folded.
    names: Vec<String>,
}

impl Location {
    fn find(path: &Path) -> Result<Self> {
        let resolved = resolve(path)?;
        let above = || resolved.ancestors().skip(1);
        let missing = above().take_while(|above| object_at(above).is_none()).count();
        let names: Vec<_> = resolved.iter().rev().take(missing + 1).map(caseless).collect();
        Ok(Self {
            object: object_at(&resolved),
            folders: above().filter_map(object_at).collect(),
            names,
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        let one_object = self.object.is_some() && self.object == other.object;
        let one_name = self.folders.first() == other.folders.first() && self.names == other.names;
        one_object || one_name
    }
}

fn object_at(path: &Path) -> Option<FileId> {
    let metadata = path.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// The absolute path, with links resolved in the part that exists.
fn resolve(path: &Path) -> Result<PathBuf> {
    let absolute = std::path::absolute(path).map_err(|cause| Error::write(path, cause))?;
    let mut resolved = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            component => {
                resolved.push(component);
                if let Ok(canonical) = resolved.canonicalize() {
                    resolved = canonical;
                }
            }
        }
    }
    Ok(resolved)
}

/// The case-folded name.
fn caseless(name: &OsStr) -> String {
    name.to_string_lossy().to_uppercase().to_lowercase()
}

fn is_absent(error: &std::io::Error) -> bool {
    // If a file stands in place of a folder, writing the output reports that.
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The folder that contains a path.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// `in/file`, `in/deep/file`, `out/old`, a link `way` to `in`, and a hard link `out/hard` to `in/deep/file`.
    fn scene() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["in/deep", "out"] {
            fs::create_dir_all(path(name)).unwrap();
        }
        for name in ["in/file", "in/deep/file", "out/old"] {
            fs::write(path(name), name).unwrap();
        }
        symlink("in", path("way")).unwrap();
        symlink("../out/old", path("in/link")).unwrap();
        fs::hard_link(path("in/deep/file"), path("out/hard")).unwrap();
        folder
    }

    fn try_to_claim(inputs: &[&str], outputs: &[&str]) -> Result<(), String> {
        let folder = scene();
        let full = |names: &[&str]| -> Vec<PathBuf> { names.iter().map(|name| folder.path().join(name)).collect() };
        let (inputs, outputs) = (full(inputs), full(outputs));
        fn paths(paths: &[PathBuf]) -> Vec<&Path> {
            paths.iter().map(PathBuf::as_path).collect()
        }
        let claimed = claim(&paths(&inputs), &paths(&outputs));
        if claimed.is_ok() {
            assert!(outputs.iter().all(|output| !output.exists()));
        }
        claimed.map_err(|error| error.to_string())
    }

    #[test]
    fn an_output_that_is_an_input_by_whatever_path_is_refused() {
        for output in ["in/file", "way/file", "out/../in/file", "in/FILE", "new/../in/file"] {
            let why = try_to_claim(&["in/file"], &[output]).unwrap_err();
            assert!(why.contains("read by the same command"), "{output}: {why}");
        }
        for output in ["out/hard", "out/HARD"] {
            let refused = try_to_claim(&["in/deep/file"], &[output]);
            assert_eq!(refused.is_err(), output == "out/hard", "{output}");
        }
    }

    #[test]
    fn an_output_inside_a_tree_that_is_read_is_refused() {
        for output in ["in/new", "in/new/deep", "way/new", "in/deep/file", "out/../in/new"] {
            let why = try_to_claim(&["in"], &[output]).unwrap_err();
            assert!(why.contains("lies inside"), "{output}: {why}");
        }
        for output in ["out/hard", "out/old"] {
            let why = try_to_claim(&["in"], &[output]).unwrap_err();
            assert!(why.contains("read by the same command"), "{output}: {why}");
        }
        assert!(try_to_claim(&["in/deep"], &["in/new", "out/old", "other/new"]).is_ok());
    }

    #[test]
    fn two_outputs_that_may_be_one_file_are_refused() {
        for pair in [
            ["out/new", "out/new"],
            ["out/new", "out/../out/new"],
            ["in/deep/new", "way/deep/new"],
            ["out/new", "out/NEW"],
            ["new/a", "NEW/A"],
            ["out/stra\u{df}e", "out/STRASSE"],
            ["out/hard", "in/deep/file"],
        ] {
            let why = try_to_claim(&[], &pair).unwrap_err();
            assert!(why.contains("two documents"), "{pair:?}: {why}");
        }
        assert!(try_to_claim(&[], &["out/new", "in/new", "out/newer"]).is_ok());
    }

    #[test]
    fn what_an_earlier_run_left_is_removed_only_if_every_output_may_be_written() {
        let folder = scene();
        let path = |name: &str| folder.path().join(name);
        let (old, link) = (path("out/old"), path("in/link"));
        assert!(claim(&[], &[&old, &link]).is_err());
        assert!(claim(&[], &[&old, &path("in")]).is_err());
        assert!(old.exists() && link.is_symlink());
        claim(&[], &[&old, &path("out/not/there")]).unwrap();
        assert!(!old.exists());
        assert!(claim_new(&[], &[&path("in/file")]).is_err());
        assert!(path("in/file").exists());
    }
}
