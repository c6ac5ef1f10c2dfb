//! The maps of `binary-formats`, held against what other readers see in the same bytes: the same sections, images and members,
//! by the same names, at the same offsets, of the same sizes.
//!
//! What it proves: that readers who have never seen each other's code understand a file alike. What it does not: that both are
//! right, and nothing of a file that none of the others takes.
//!
//! ```
//! let (_, elf) = &sample_files::samples()[0];
//! let agreed = format_oracles::compare(elf).expect("all see the same sections");
//! let readers: Vec<_> = agreed.seen.keys().map(|(_, reader)| *reader).collect();
//! assert_eq!(readers, ["goblin", "object"]);
//! ```
//!
//! # What is deliberately not compared
//! Of any file:
//! - one that only one of two readers takes: each looks at other headers and tables, some at symbols and relocations as well;
//! - names beyond 127 bytes (in archives 1024), of which maps show no more.
//!
//! Of executables:
//! - sections without bytes in the file: they have no place in it;
//! - names that are not UTF-8 text or lie outside of their table, which the others do not give;
//! - ELF files that claim another size of their section headers than these have, which `goblin` ignores;
//! - names of ELF sections in a table without bytes in the file, which `goblin` reads nevertheless;
//! - PE sections that are called `/` or `//`, in which `object` sees the number 0;
//! - names of PE sections by offsets in a table of strings that is not there, which `goblin` looks up somewhere else;
//! - Mach-O images with segments of the other class, which `goblin` reads as those of their own;
//! - Mach-O sections whose offset is 0: by the specification they have no bytes, and others go by their type alone;
//! - sections of a Mach-O segment that reaches beyond 4 GiB, whose offsets of 32 bits `object` completes by their order.
//!
//! Of archives:
//! - the index of symbols and the table of long names of an `ar` archive, which the others take for no members;
//! - names in the fields of an `ar` archive that have a blank, at which `object` ends them, or a slash with more behind it or a
//!   NUL, at which `goblin` does not;
//! - zip archives that claim another number of entries than their directory has: `rawzip` goes by its length;
//! - the roles by which a map calls the blobs of an OCI image: their places are compared.
//!
//! Not at all: gzip and JSON, which have no parts at offsets but a header and values.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod ours;
mod part;
mod readers;

use std::collections::BTreeMap;
use std::fmt;

use binary_formats::content::Content;
use binary_formats::detect;
use untrusted_input::format::Format;

use ours::Ours;
pub use part::Part;
use readers::READERS;

/// How many files in one another are looked into.
const DEEPEST: usize = 3;

/// What all who take a file see in it alike.
#[derive(Debug, Default)]
pub struct Agreement {
    /// By format and reader: how many files were read, and how many of their parts were the same.
    pub seen: BTreeMap<(Format, &'static str), Seen>,
    /// The parts that a map shows otherwise, because they overlap with others; none in a file as linkers and archivers make it.
    pub overlapping: Vec<Part>,
}

/// What one reader saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Files, those in others included.
    pub files: usize,
    /// Their parts.
    pub parts: usize,
}

/// What one reader sees otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The format of the file, or of the one in it.
    pub format: Format,
    /// The other reader.
    pub reader: &'static str,
    /// Who sees what.
    pub what: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {} reads it: {}", self.format, self.reader, self.what)
    }
}

impl std::error::Error for Disagreement {}

/// Reads a file, and what is in it, in every way, and compares.
///
/// # Errors
/// The first thing that another reader sees otherwise.
pub fn compare(bytes: &[u8]) -> Result<Agreement, Disagreement> {
    let mut agreement = Agreement::default();
    agreement.look_into(bytes, DEEPEST)?;
    Ok(agreement)
}

/// The same, for fuzzers.
///
/// # Panics
/// When another reader sees something else.
pub fn check(bytes: &[u8]) {
    if let Err(disagreement) = compare(bytes) {
        panic!("{disagreement}");
    }
}

impl Agreement {
    fn look_into(&mut self, bytes: &[u8], depth: usize) -> Result<(), Disagreement> {
        let content = Content::memory(bytes.to_vec());
        let Ok(format) = detect(&content) else {
            return Ok(());
        };
        let Some(ours) = Ours::read(format, &content) else {
            return Ok(());
        };
        for reader in READERS.iter().filter(|reader| reader.format == format) {
            let Some(theirs) = (reader.read)(bytes) else {
                continue;
            };
            let overlapping = ours.compare(&theirs).map_err(|what| Disagreement {
                format,
                reader: reader.name,
                what,
            })?;
            self.overlapping.extend(overlapping);
            let seen = self.seen.entry((format, reader.name)).or_default();
            seen.files += 1;
            seen.parts += theirs.parts.len();
        }
        if depth > 0 {
            for inner in ours.contents(bytes) {
                self.look_into(inner, depth - 1)?;
            }
        }
        Ok(())
    }
}
