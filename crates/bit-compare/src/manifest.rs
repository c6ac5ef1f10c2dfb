//! A manifest lists every file under some paths with its digest: as text for `sha256sum -c`, or as JSON with folders
//! and links.

use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use serde::Serialize;
use untrusted_input::digest::Sha256;
use untrusted_input::json;
use untrusted_input::spelling::escape;

use crate::comparison::Node;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::path::EntryPath;
use crate::tree::{Tree, TreeEntry};
use crate::{pair, pool};

/// The version of the JSON form that this crate writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything under some paths. Nothing changed while it was read.
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
    /// Reads and hashes everything under each of `arguments`.
    ///
    /// # Errors
    /// When an entry cannot be read, changes meanwhile, or is a FIFO, a socket or a device; when an argument holds no
    /// file.
    pub fn read(arguments: &[PathBuf]) -> Result<Self> {
        let mut trees = Vec::new();
        for argument in arguments {
            let tree = Tree::read(argument)?;
            if !tree.has_files() {
                return Err(Error::NothingToHash { path: argument.clone() });
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
            Engine::default,
            |(tree, entry), engine, _| pair::measure(tree, entry, engine),
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

    /// One line per file, sorted by path and without duplicates. `sha256sum -c` reads it in the same folder. Each path
    /// begins with its argument. Links and folders have no digest and therefore no line.
    pub fn to_text(&self) -> Vec<u8> {
        let prefixes: Vec<Vec<u8>> = self.roots.iter().map(Root::prefix).collect();
        // Lines borrow their paths, because there may be millions.
        let mut lines: Vec<Line<'_>> = Vec::new();
        for (root, prefix) in self.roots.iter().zip(&prefixes) {
            for (path, node) in &root.entries {
                if let Node::File { sha256, .. } = node {
                    let rest = if root.is_file { b"" } else { path.as_bytes() };
                    lines.push(Line {
                        prefix,
                        rest,
                        sha256: *sha256,
                    });
                }
            }
        }
        lines.sort_by(|one, other| one.path().cmp(other.path()));
        lines.dedup_by(|one, other| one.path().eq(other.path()));
        let mut text = Vec::new();
        for line in lines {
            let path: Vec<u8> = line.path().copied().collect();
            push_line(&mut text, &path, &line.sha256.to_string());
        }
        text
    }

    /// Every file, folder and link under each argument. `docs/schemas/manifest.schema.json` describes the format.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(&DocumentJson {
            schema_version: SCHEMA_VERSION,
            roots: self.roots.iter().map(RootJson::from).collect(),
        })
    }
}

impl Root {
    /// The text before each entry's path. For a file it is the whole path.
    fn prefix(&self) -> Vec<u8> {
        let argument = self.argument.as_os_str().as_bytes();
        let mut prefix = match argument {
            // sha256sum takes the name `-` for standard input.
            b"-" => b"./-".to_vec(),
            name => name.to_vec(),
        };
        if !self.is_file && !prefix.ends_with(b"/") {
            prefix.push(b'/');
        }
        prefix
    }
}

/// A file, and the two parts of its path.
struct Line<'a> {
    prefix: &'a [u8],
    rest: &'a [u8],
    sha256: Sha256,
}

impl Line<'_> {
    fn path(&self) -> impl Iterator<Item = &u8> {
        self.prefix.iter().chain(self.rest)
    }
}

/// The entries that a manifest lists: everything below a folder, or the file itself.
fn entries(tree: &Tree) -> &[TreeEntry] {
    if tree.whole().is_file() {
        std::slice::from_ref(tree.whole())
    } else {
        tree.entries()
    }
}

/// Adds a line in the format of GNU coreutils, where a line with an escaped name begins with a backslash.
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
