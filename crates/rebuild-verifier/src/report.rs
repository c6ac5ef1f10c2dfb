//! Reads results back and says, file by file, whether a build and its rebuild were the same.
//!
//! What it proves: the two documents of each result follow their formats and agree with each other. What it does not:
//! that anyone signed them, or that the artifacts at hand are the ones they speak of.

use std::path::Path;

use crate::attest::{COMPARISON_FILE, STATEMENT_FILE};
use crate::comparison::{Comparison, Node};
use crate::digest::Sha256;
use crate::error::{Error, Result};
use crate::input::{self, Limits};
use crate::path::EntryPath;
use crate::statement::Statement;
use crate::status::Status;

/// One file of one result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The flake attribute that was built.
    pub flake_attribute: String,
    /// The file's path in what was built.
    pub path: EntryPath,
    /// The Nix double of the platform.
    pub platform: String,
    /// Length of the original in bytes.
    pub size_bytes: Option<u64>,
    /// Digest of the original.
    pub original: Option<Sha256>,
    /// Digest of the rebuild.
    pub rebuilt: Option<Sha256>,
    /// What is known about it.
    pub status: Status,
}

/// What is known about one result.
#[derive(Clone, Debug)]
pub struct Report {
    /// One row for every file, in the order of their paths.
    pub rows: Vec<Row>,
    /// Why the result was rejected, if it was.
    pub rejected: Option<String>,
}

impl Report {
    /// Reads the result in `folder` and checks it.
    ///
    /// # Errors
    /// When either document cannot be read or does not follow its format.
    pub fn read(folder: &Path) -> Result<Self> {
        let limits = Limits::default();
        let (_, statement) = document(
            &folder.join(STATEMENT_FILE),
            "statement",
            limits.statement_bytes,
            Statement::from_json,
        )?;
        let (comparison_json, comparison) = document(
            &folder.join(COMPARISON_FILE),
            "comparison",
            limits.comparison_bytes,
            Comparison::from_json,
        )?;
        let rejected = statement.check_against(&comparison, &comparison_json).err();
        Ok(Self {
            rows: rows(&statement, &comparison, rejected.is_some()),
            rejected,
        })
    }

    /// The worst status of its rows.
    pub fn status(&self) -> Status {
        Status::roll_up(self.rows.iter().map(|row| row.status))
    }
}

fn document<T>(
    path: &Path,
    format: &'static str,
    limit_bytes: u64,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<(Vec<u8>, T)> {
    let json = input::read(path, format, limit_bytes)?;
    let remedy = "attest again, and do not edit what it writes";
    match parse(&json) {
        Ok(document) => Ok((json, document)),
        Err(why) => Err(Error::Invalid {
            path: path.into(),
            format,
            why,
            remedy,
        }),
    }
}

/// Whatever is not a file (a link, say) still counts: its difference is a row too.
fn rows(statement: &Statement, comparison: &Comparison, rejected: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for entry in comparison.entries() {
        let original = entry.original.as_ref().and_then(file);
        let rebuilt = entry.rebuilt.as_ref().and_then(file);
        let different = !entry.differences().is_empty();
        if original.is_none() && rebuilt.is_none() && !different {
            continue;
        }
        let mut row = Row {
            flake_attribute: statement.flake_attribute().into(),
            path: entry.path.clone(),
            platform: statement.platform().into(),
            size_bytes: original.map(|(size_bytes, _)| size_bytes),
            original: original.map(|(_, sha256)| sha256),
            rebuilt: rebuilt.map(|(_, sha256)| sha256),
            status: Status::NotChecked,
        };
        row.status = match (rejected, different) {
            (true, _) => Status::Rejected,
            (false, true) => Status::Different,
            (false, false) => Status::Identical,
        };
        rows.push(row);
    }
    rows
}

fn file(node: &Node) -> Option<(u64, Sha256)> {
    match node {
        Node::File {
            size_bytes, sha256, ..
        } => Some((*size_bytes, *sha256)),
        Node::Directory {} | Node::Symlink { .. } => None,
    }
}
