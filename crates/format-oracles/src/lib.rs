//! Compares the maps of `binary-formats` with independent readers. All must find the same sections, images and members,
//! with the same names, offsets and sizes.
//!
//! Agreement proves that independent readers understand a file in the same way. It does not prove that they are right,
//! and it proves nothing about a file that no other reader accepts.
//!
//! ```
//! let (_, elf) = &sample_files::samples()[0];
//! let agreed = format_oracles::compare(elf).expect("all see the same sections");
//! let readers: Vec<_> = agreed.seen.keys().map(|(_, reader)| *reader).collect();
//! assert_eq!(readers, ["goblin", "object"]);
//! ```
//!
//! # What is deliberately not compared
//! In any file:
//! - files that only one of two readers accepts: each checks other headers and tables, and some check symbols and
//!   relocations;
//! - names beyond 127 bytes (in archives 1024), because maps cut them off.
//!
//! In executables:
//! - sections without bytes in the file, because they have no offset;
//! - names that are not UTF-8 or lie outside of their table, which the others do not return;
//! - ELF files that claim another size of their section headers than these have, which `goblin` ignores;
//! - names of ELF sections in a table without bytes in the file, which `goblin` reads nevertheless;
//! - PE sections called `/` or `//`, which `object` reads as the number 0;
//! - names of PE sections by offset in a string table that does not exist, which `goblin` looks up elsewhere;
//! - Mach-O images with segments of the other class, which `goblin` reads as segments of their own class;
//! - Mach-O sections with offset 0: by the specification they have no bytes, but others look only at their type;
//! - sections of a Mach-O segment beyond 4 GiB, whose 32-bit offsets `object` extends by their order.
//!
//! In archives:
//! - the symbol index and the table of long names of an `ar` archive, which the others do not count as members;
//! - names in the headers of an `ar` archive with a blank, where `object` ends them, or with a NUL or an inner slash,
//!   where `goblin` does not end them;
//! - zip archives that claim another number of entries than their directory has: `rawzip` uses its length instead;
//! - the roles that are the names of the blobs of an OCI image in a map: only their offsets are compared.
//!
//! gzip and JSON files are not compared, because they have a header and values instead of parts.

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

/// The maximum nesting of files that are read.
const DEEPEST: usize = 3;

/// The agreement of all readers that accept a file.
#[derive(Debug, Default)]
pub struct Agreement {
    /// How many files each reader has read, and how many of their parts agree, by format and reader.
    pub seen: BTreeMap<(Format, &'static str), Seen>,
    /// The parts that a map shows differently, because they overlap with others. A regular file has none.
    pub overlapping: Vec<Part>,
}

/// The numbers of one reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The number of files, including nested ones.
    pub files: usize,
    /// The number of their parts.
    pub parts: usize,
}

/// A disagreement of one reader.
#[derive(Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The format of the file, or of the nested file.
    pub format: Format,
    /// The other reader.
    pub reader: &'static str,
    /// Both readings.
    pub what: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {} reads it: {}", self.format, self.reader, self.what)
    }
}

impl std::error::Error for Disagreement {}

/// Reads a file and the files in it with every reader, and compares the results.
///
/// # Errors
/// The first disagreement.
pub fn compare(bytes: &[u8]) -> Result<Agreement, Disagreement> {
    let mut agreement = Agreement::default();
    agreement.look_into(bytes, DEEPEST)?;
    Ok(agreement)
}

/// Like [`compare`], for fuzzers.
///
/// # Panics
/// When a reader disagrees.
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
