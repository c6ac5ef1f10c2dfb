//! A manifest: the digest of every file under some paths, as `sha256sum -c` checks it, or as JSON with everything else.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::compare;
use crate::comparison::Node;
use crate::error::{Error, Result};
use crate::input;
use crate::path::{EntryPath, escape};
use crate::pool;
use crate::tree::{Tree, TreeEntry};

/// The version of the JSON form that this crate writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything under some paths, as it stood still while it was read.
#[derive(Debug)]
pub struct Manifest {
    roots: Vec<Root>,
}

#[derive(Debug)]
struct Root {
    argument: PathBuf,
    is_file: bool,
    entries: Vec<(EntryPath, Node)>,
}

impl Manifest {
    /// Reads and measures everything under each of `arguments`.
    ///
    /// # Errors
    /// When anything cannot be read, changes meanwhile, or is a FIFO, a socket or a device; when an argument holds no file.
    pub fn read(arguments: &[PathBuf]) -> Result<Self> {
        let mut trees = Vec::new();
        for argument in arguments {
            let tree = Tree::read(argument)?;
            if !tree.has_files() {
                return Err(Error::NothingToHash {
                    path: argument.clone(),
                });
            }
            trees.push(tree);
        }
        let items: Vec<(&Tree, &TreeEntry)> = trees
            .iter()
            .flat_map(|tree| entries(tree).iter().map(move |entry| (tree, entry)))
            .collect();
        let nodes = pool::on_all_cores(
            &items,
            |(_, entry)| entry.size_bytes(),
            |(tree, entry), engine, _| compare::measure(tree, entry, engine),
        )?;
        let mut nodes = nodes.into_iter();
        let mut roots = Vec::new();
        for (argument, tree) in arguments.iter().zip(&trees) {
            tree.check_unchanged()?;
            let is_file = tree.whole().is_file();
            let name = is_file.then(|| tree.name()).transpose()?;
            let paths = entries(tree)
                .iter()
                .map(|entry| name.clone().unwrap_or_else(|| entry.path.clone()));
            roots.push(Root {
                argument: argument.clone(),
                is_file,
                entries: paths.zip(nodes.by_ref()).collect(),
            });
        }
        Ok(Self { roots })
    }

    /// A line for each file, sorted by path, each once: what `sha256sum -c` reads in the same folder. Paths begin with the
    /// argument that they were found under. Links and folders have no digest, and no line.
    pub fn to_text(&self) -> Vec<u8> {
        let mut lines: Vec<(Vec<u8>, String)> = Vec::new();
        for root in &self.roots {
            for (path, node) in &root.entries {
                if let Node::File { sha256, .. } = node {
                    lines.push((root.locate(path), sha256.to_string()));
                }
            }
        }
        lines.sort();
        lines.dedup();
        let mut text = Vec::new();
        for (path, sha256) in lines {
            push_line(&mut text, &path, &sha256);
        }
        text
    }

    /// Every file, folder and link under each argument, as `schemas/manifest.schema.json` describes it.
    pub fn to_json(&self) -> Vec<u8> {
        input::to_json(&DocumentJson {
            schema_version: SCHEMA_VERSION,
            roots: self.roots.iter().map(RootJson::from).collect(),
        })
    }
}

impl Root {
    /// Where the entry is, seen from the folder that the argument was meant from.
    fn locate(&self, path: &EntryPath) -> Vec<u8> {
        let located = if self.is_file {
            self.argument.clone()
        } else {
            self.argument.join(path.as_path())
        };
        // To sha256sum this one name means standard input.
        if located == Path::new("-") {
            return b"./-".to_vec();
        }
        located.into_os_string().as_bytes().to_vec()
    }
}

/// What a manifest lists of a tree: all below a folder, or the file itself.
fn entries(tree: &Tree) -> &[TreeEntry] {
    if tree.whole().is_file() {
        std::slice::from_ref(tree.whole())
    } else {
        tree.entries()
    }
}

/// As GNU coreutils write it: a line with an escape in its name begins with a backslash.
fn push_line(text: &mut Vec<u8>, path: &[u8], sha256: &str) {
    let mut name = Vec::with_capacity(path.len());
    for byte in path {
        match byte {
            b'\\' => name.extend(b"\\\\"),
            b'\n' => name.extend(b"\\n"),
            b'\r' => name.extend(b"\\r"),
            plain => name.push(*plain),
        }
    }
    if name.len() > path.len() {
        text.push(b'\\');
    }
    text.extend(sha256.as_bytes());
    text.extend(b"  ");
    text.extend(name);
    text.push(b'\n');
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    schema_version: u32,
    roots: Vec<RootJson<'a>>,
}

#[derive(Serialize)]
struct RootJson<'a> {
    argument: String,
    entries: Vec<EntryJson<'a>>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    path: &'a EntryPath,
    #[serde(flatten)]
    node: &'a Node,
}

impl<'a> From<&'a Root> for RootJson<'a> {
    fn from(root: &'a Root) -> Self {
        let entry = |(path, node): &'a (EntryPath, Node)| EntryJson { path, node };
        Self {
            argument: escape(root.argument.as_os_str().as_bytes()),
            entries: root.entries.iter().map(entry).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_escaped_as_coreutils_do() {
        let line = |path: &[u8]| {
            let mut text = Vec::new();
            push_line(&mut text, path, "00");
            text
        };
        assert_eq!(line(b"a b"), b"00  a b\n");
        assert_eq!(line(b"a\xff"), b"00  a\xff\n");
        assert_eq!(line(b"a\\b\nc\rd"), b"\\00  a\\\\b\\nc\\rd\n");
    }
}
