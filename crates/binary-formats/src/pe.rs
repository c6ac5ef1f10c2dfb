//! Portable Executable as defined by Microsoft's PE/COFF specification: headers, sections, data directories,
//! certificates.

mod map;
mod unsigned;

use std::ops::Range;

use crate::block::{Block, until_nul};
use crate::content::Content;
use crate::error::{Error, MapFailure, malformed};
use crate::limits::Limits;

const COFF_BYTES: usize = 20;
/// Offset of the checksum in the optional header. Signatures do not cover it.
const CHECKSUM_AT: usize = 64;
const SECTION_BYTES: usize = 40;
const DEBUG_BYTES: u64 = 28;
/// Index of the import directory.
pub const IMPORTS: usize = 1;
/// Index of the delay-load import directory.
pub const DELAYED_IMPORTS: usize = 13;
const CERTIFICATES: usize = 4;
const DEBUGS: usize = 6;
/// Upper limit on debug entries; no linker writes as many.
const MOST_DEBUGS: u64 = 64;

/// A PE file's tables.
pub struct Pe {
    /// `Machine`.
    pub machine: u16,
    /// Whether it is PE32+, for 64-bit machines.
    pub is_64: bool,
    /// `TimeDateStamp` of the COFF header.
    pub time_secs: u32,
    /// `Characteristics` of the COFF header.
    pub characteristics: u16,
    /// `DllCharacteristics`.
    pub dll_characteristics: u16,
    /// `Subsystem`.
    pub subsystem: u16,
    /// `MajorSubsystemVersion`.
    pub major_subsystem_version: u16,
    /// `MinorSubsystemVersion`.
    pub minor_subsystem_version: u16,
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// The data directories, in their order.
    pub directories: Vec<Directory>,
    coff_at: u64,
    optional: Range<u64>,
    directories_at: u64,
}

/// A data directory's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its address in memory, except for certificates: their offset in the file. 0 if the directory is absent.
    pub address: u32,
    /// Its length in bytes.
    pub size_bytes: u32,
}

impl Directory {
    fn is_there(self) -> bool {
        self.address != 0 && self.size_bytes != 0
    }
}

/// A section header.
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its range in the file.
    pub range: Range<u64>,
    /// Its address in memory.
    pub address: u32,
}

/// Whether a file that begins with `MZ` has the PE signature (`PE\0\0`).
pub(crate) fn has_signature(content: &Content) -> Result<bool, Error> {
    match content.bytes(60, 4)?.try_into() {
        Ok(at) => Ok(content.bytes(u32::from_le_bytes(at).into(), 4)? == b"PE\0\0"),
        Err(_) => Ok(false),
    }
}

impl Pe {
    /// Reads the headers and the section table.
    ///
    /// # Errors
    /// When the content does not follow the format or has more sections than the limits allow.
    pub fn read(content: &Content, limits: &Limits) -> Result<Self, MapFailure> {
        let coff_at = u64::from(Block::read(content, 60, 4)?.u32(0)?) + 4;
        let coff = Block::read(content, coff_at, COFF_BYTES)?;
        let optional_at = coff_at + COFF_BYTES as u64;
        let optional_bytes = coff.u16(16)?;
        let optional = Block::read(content, optional_at, optional_bytes.into())?;
        let (is_64, directories_at) = match optional.u16(0)? {
            0x10b => (false, 96),
            0x20b => (true, 112),
            _ => return Err(malformed("its optional header is of an unknown kind")),
        };
        let mut directories = Vec::new();
        for index in 0..optional.u32(directories_at - 4)?.min(16) as usize {
            let at = directories_at + 8 * index;
            directories.push(Directory {
                address: optional.u32(at)?,
                size_bytes: optional.u32(at + 4)?,
            });
        }
        let sections_at = optional_at + u64::from(optional_bytes);
        let count = usize::from(coff.u16(2)?);
        if count > limits.parts {
            return Err(malformed("it has too many sections"));
        }
        let table = Block::read(content, sections_at, count * SECTION_BYTES)?;
        let mut sections = Vec::new();
        for at in (0..count).map(|index| index * SECTION_BYTES) {
            let start = u64::from(table.u32(at + 20)?);
            sections.push(Section {
                name: untrusted_input::spelling::escape(until_nul(table.get(at, 8)?)),
                range: start..start + u64::from(table.u32(at + 16)?),
                address: table.u32(at + 12)?,
            });
        }
        name_by_string_table(content, &coff, &mut sections)?;
        Ok(Self {
            machine: coff.u16(0)?,
            is_64,
            time_secs: coff.u32(4)?,
            characteristics: coff.u16(18)?,
            dll_characteristics: optional.u16(70)?,
            subsystem: optional.u16(68)?,
            major_subsystem_version: optional.u16(48)?,
            minor_subsystem_version: optional.u16(50)?,
            sections,
            directories,
            coff_at,
            optional: optional_at..sections_at,
            directories_at: optional_at + directories_at as u64,
        })
    }

    /// File range of a directory other than the certificate directory. `None` if it is absent or begins in no section.
    pub fn directory(&self, index: usize) -> Option<Range<u64>> {
        let directory = self.directories.get(index).filter(|it| it.is_there())?;
        let start = self.offset(directory.address)?;
        Some(start..start + u64::from(directory.size_bytes))
    }

    /// The entries of the debug directory.
    fn debug_entries(&self, content: &Content) -> impl Iterator<Item = Result<Block, MapFailure>> {
        let directory = self.directory(DEBUGS).unwrap_or_default();
        let count = (directory.end - directory.start) / DEBUG_BYTES;
        (0..count.min(MOST_DEBUGS)).map(move |index| {
            let at = directory.start + index * DEBUG_BYTES;
            Block::read(content, at, DEBUG_BYTES as usize)
        })
    }

    /// File offset of the byte at an address in memory.
    pub fn offset(&self, address: u32) -> Option<u64> {
        self.sections.iter().find_map(|section| {
            let inside = u64::from(address.checked_sub(section.address)?);
            let at = section.range.start + inside;
            (at < section.range.end).then_some(at)
        })
    }

    /// File range of the certificate table, if the file is signed.
    pub fn certificates(&self) -> Option<Range<u64>> {
        let table = self.directories.get(CERTIFICATES);
        let table = table.filter(|it| it.is_there())?;
        let start = u64::from(table.address);
        Some(start..start + u64::from(table.size_bytes))
    }

    /// File range of the checksum.
    pub(crate) fn checksum(&self) -> Range<u64> {
        let at = self.optional.start + CHECKSUM_AT as u64;
        at..at + 4
    }

    /// File range of the certificate directory's entry, if the header is long enough to have one.
    pub(crate) fn certificates_entry(&self) -> Option<Range<u64>> {
        let at = self.directories_at + 8 * CERTIFICATES as u64;
        (self.directories.len() > CERTIFICATES).then_some(at..at + 8)
    }
}

/// Parses a name of the form `/` and an offset into the string table: decimal digits, or base 64 after a second `/`.
fn name_offset(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('/').filter(|digits| !digits.is_empty())?;
    let (base, digits): (u64, _) = match digits.strip_prefix('/') {
        Some(digits) => (64, digits),
        None => (10, digits),
    };
    digits.bytes().try_fold(0_u64, |offset, digit| {
        let value = match (base, digit) {
            (_, b'0'..=b'9') if base == 10 => digit - b'0',
            (64, b'A'..=b'Z') => digit - b'A',
            (64, b'a'..=b'z') => digit - b'a' + 26,
            (64, b'0'..=b'9') => digit - b'0' + 52,
            (64, b'+') => 62,
            (64, b'/') => 63,
            _ => return None,
        };
        Some(offset * base + u64::from(value))
    })
}

/// Resolves names longer than 8 bytes, which MinGW's linkers store in the COFF string table.
fn name_by_string_table(content: &Content, coff: &Block, sections: &mut [Section]) -> Result<(), MapFailure> {
    let symbols = u64::from(coff.u32(8)?);
    let strings = symbols + 18 * u64::from(coff.u32(12)?);
    for section in sections {
        let offset = name_offset(&section.name);
        if let Some(offset) = offset.filter(|_| symbols != 0) {
            let name = content.bytes(strings + offset, 128)?;
            // One that is not there stays the number that it is.
            if !name.is_empty() {
                section.name = untrusted_input::spelling::escape(until_nul(&name));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with a string table behind it, in which the first section's name is at this offset.
    fn named(field: &[u8; 8]) -> Vec<u8> {
        let mut file = sample_files::pe::Pe::default().bytes();
        let place = file.windows(8).position(|it| it == b".text\0\0\0").unwrap();
        file[place..place + 8].copy_from_slice(field);
        let strings = file.len() as u32;
        file[0x84 + 8..0x84 + 12].copy_from_slice(&strings.to_le_bytes());
        file.extend(b"\x12\0\0\0.debug_abbrev\0");
        file
    }

    #[test]
    fn a_long_name_is_in_the_string_table_and_stays_a_number_if_that_has_none() {
        for (field, expected) in [
            (b"/4\0\0\0\0\0\0", ".debug_abbrev"),
            (b"//AAAAAE", ".debug_abbrev"),
            (b"/10\0\0\0\0\0", "_abbrev"),
            (b"/4000\0\0\0", "/4000"),
            (b"//AAAZZZ", "//AAAZZZ"),
            (b"/x\0\0\0\0\0\0", "/x"),
        ] {
            let content = Content::memory(named(field));
            let pe = Pe::read(&content, &Limits::default()).unwrap_or_else(|_| panic!("{expected}"));
            assert_eq!(pe.sections[0].name, expected);
        }
    }
}
