//! Portable Executable, after Microsoft's PE/COFF specification: headers, sections, debug and export directories,
//! certificates.

mod unsigned;

use std::ops::Range;

use untrusted_input::format::Format;

use super::block::{Item, Show, shown_hex, shown_text, until_nul};
use super::map::{Builder, Inner};
use super::unpack::Packing;
use super::{Block, DEPENDENCIES_SECTION, Failure, Map, malformed};
use crate::Limits;
use crate::content::Content;
use crate::error::Error;

const COFF_BYTES: usize = 20;
const COFF: &[Item] = &[
    ("Machine", 0, 2, Show::Hex),
    ("NumberOfSections", 2, 2, Show::Dec),
    ("TimeDateStamp", 4, 4, Show::Unix),
    ("PointerToSymbolTable", 8, 4, Show::Place),
    ("NumberOfSymbols", 12, 4, Show::Place),
    ("SizeOfOptionalHeader", 16, 2, Show::Dec),
    ("Characteristics", 18, 2, Show::Hex),
];
/// The part of the optional header that both kinds have in the same place.
const OPTIONAL: &[Item] = &[
    ("Magic", 0, 2, Show::Hex),
    ("LinkerVersion", 2, 2, Show::Bytes),
    ("SizeOfCode", 4, 4, Show::Place),
    ("SizeOfInitializedData", 8, 4, Show::Place),
    ("SizeOfUninitializedData", 12, 4, Show::Place),
    ("AddressOfEntryPoint", 16, 4, Show::Place),
    ("BaseOfCode", 20, 4, Show::Place),
    ("SectionAlignment", 32, 4, Show::Dec),
    ("FileAlignment", 36, 4, Show::Dec),
    ("OperatingSystemVersion", 40, 4, Show::Hex),
    ("ImageVersion", 44, 4, Show::Hex),
    ("SubsystemVersion", 48, 4, Show::Hex),
    ("SizeOfImage", 56, 4, Show::Place),
    ("SizeOfHeaders", 60, 4, Show::Place),
    ("CheckSum", CHECKSUM_AT, 4, Show::Place),
    ("Subsystem", 68, 2, Show::Dec),
    ("DllCharacteristics", 70, 2, Show::Hex),
];
/// Where the checksum is in the optional header, which is no part of what is signed.
const CHECKSUM_AT: usize = 64;
const SECTION_BYTES: usize = 40;
const SECTION: &[Item] = &[
    ("VirtualSize", 8, 4, Show::Place),
    ("VirtualAddress", 12, 4, Show::Place),
    ("SizeOfRawData", 16, 4, Show::Place),
    ("PointerToRawData", 20, 4, Show::Place),
    ("Characteristics", 36, 4, Show::Hex),
];
const DEBUG_BYTES: u32 = 28;
const DEBUG: &[Item] = &[
    ("TimeDateStamp", 4, 4, Show::Unix),
    ("Type", 12, 4, Show::Dec),
    ("SizeOfData", 16, 4, Show::Place),
    ("AddressOfRawData", 20, 4, Show::Place),
    ("PointerToRawData", 24, 4, Show::Place),
];
const EXPORT: &[Item] = &[("TimeDateStamp", 4, 4, Show::Unix)];
const RESOURCE: &[Item] = &[("TimeDateStamp", 4, 4, Show::Unix)];
/// Names of the data directories, by their index.
const DIRECTORIES: [&str; 16] = [
    "export",
    "import",
    "resource",
    "exception",
    "certificate",
    "base relocation",
    "debug",
    "architecture",
    "global pointer",
    "TLS",
    "load configuration",
    "bound import",
    "import address",
    "delay import",
    "CLR",
    "reserved",
];
const EXPORTS: usize = 0;
/// The index of the import table.
pub const IMPORTS: usize = 1;
/// The index of the table of what is imported once it is used.
pub const DELAYED_IMPORTS: usize = 13;
const RESOURCES: usize = 2;
const CERTIFICATES: usize = 4;
const DEBUGS: usize = 6;
/// More debug entries than any linker writes.
const MOST_DEBUGS: u32 = 64;

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
    /// `MajorSubsystemVersion` and `MinorSubsystemVersion`.
    pub subsystem_version: (u16, u16),
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// Address (file offset for certificates) and size of each data directory.
    pub directories: Vec<(u32, u32)>,
    coff_at: u64,
    optional: Range<u64>,
    directories_at: u64,
}

/// A section header.
pub struct Section {
    /// Its name.
    pub name: String,
    /// Where it is in the file.
    pub range: Range<u64>,
    /// Where it is in memory.
    pub address: u32,
}

/// Whether a file that begins with `MZ` has the signature of a PE file.
pub fn has_signature(content: &Content) -> Result<bool, Error> {
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
    pub fn read(content: &Content, limits: &Limits) -> Result<Self, Failure> {
        let coff_at = u64::from(Block::read(content, 60, 4)?.u32(0)?) + 4;
        let coff = Block::read(content, coff_at, COFF_BYTES)?;
        let optional_at = coff_at + COFF_BYTES as u64;
        let optional_bytes = coff.u16(16)?;
        let optional = Block::read(content, optional_at, optional_bytes.into())?;
        let (is_64, directories_at) = match optional.u16(0)? {
            0x10b => (false, 96),
            0x20b => (true, 112),
            _ => return Err(malformed("its optional header is of no known kind")),
        };
        let mut directories = Vec::new();
        for index in 0..optional.u32(directories_at - 4)?.min(16) as usize {
            let at = directories_at + 8 * index;
            directories.push((optional.u32(at)?, optional.u32(at + 4)?));
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
            subsystem_version: (optional.u16(48)?, optional.u16(50)?),
            sections,
            directories,
            coff_at,
            optional: optional_at..sections_at,
            directories_at: optional_at + directories_at as u64,
        })
    }

    /// Where a directory is in the file, with its size; `None` when there is none.
    pub fn directory(&self, index: usize) -> Option<(u64, u32)> {
        let (address, size) = *self.directories.get(index)?;
        Some((self.offset(address)?, size)).filter(|_| address != 0 && size != 0)
    }

    /// Where the byte at an address in memory is in the file.
    pub fn offset(&self, address: u32) -> Option<u64> {
        self.sections.iter().find_map(|section| {
            let inside = u64::from(address.checked_sub(section.address)?);
            let at = section.range.start + inside;
            (at < section.range.end).then_some(at)
        })
    }

    /// Where the certificate table is in the file, if the file is signed.
    pub fn certificates(&self) -> Option<Range<u64>> {
        let (start, length) = *self.directories.get(CERTIFICATES)?;
        let range = u64::from(start)..u64::from(start) + u64::from(length);
        (start != 0 && length != 0).then_some(range)
    }

    /// Where the checksum is in the file.
    pub fn checksum(&self) -> Range<u64> {
        let at = self.optional.start + CHECKSUM_AT as u64;
        at..at + 4
    }

    /// Where the entry for certificates is in the file, if the header is long enough for one.
    pub fn certificates_entry(&self) -> Option<Range<u64>> {
        let at = self.directories_at + 8 * CERTIFICATES as u64;
        (self.directories.len() > CERTIFICATES).then_some(at..at + 8)
    }

    /// The map of the file.
    ///
    /// # Errors
    /// When it cannot be read or has more parts or fields than the limits allow.
    pub fn map(&self, content: &Content, limits: &Limits) -> Result<Map, Failure> {
        let mut builder = Builder::new(Format::Pe, content.length(), limits);
        builder.part("DOS header", 0..self.coff_at)?;
        builder.part("COFF header", self.coff_at..self.optional.start)?;
        let coff = Block::read(content, self.coff_at, COFF_BYTES)?;
        builder.items("", &coff, COFF)?;
        let length = (self.optional.end - self.optional.start) as usize;
        let optional = Block::read(content, self.optional.start, length)?;
        builder.part("optional header", self.optional.clone())?;
        builder.items("", &optional, OPTIONAL)?;
        for (index, (address, size)) in self.directories.iter().enumerate() {
            let at = self.directories_at + 8 * index as u64;
            let value = format!("{size} bytes at {address:#x}");
            let name = format!("{} directory", DIRECTORIES[index]);
            builder.field(name, at..at + 8, value, true)?;
        }
        let headers_end = self.optional.end + (self.sections.len() * SECTION_BYTES) as u64;
        builder.part("section headers", self.optional.end..headers_end)?;
        for (index, section) in self.sections.iter().enumerate() {
            let at = self.optional.end + (index * SECTION_BYTES) as u64;
            let header = Block::read(content, at, SECTION_BYTES)?;
            builder.items(&section.name, &header, SECTION)?;
            let inner = (section.name == DEPENDENCIES_SECTION)
                .then(|| Inner::Packed(Packing::Zlib, content.slice(section.range.clone())));
            builder.part_with(section.name.clone(), section.range.clone(), inner)?;
        }
        if let Some(range) = self.certificates() {
            builder.part("certificate table", range)?;
        }
        for (index, name, items) in [
            (EXPORTS, "export directory", EXPORT),
            (RESOURCES, "resource directory", RESOURCE),
        ] {
            if let Some((at, size)) = self.directory(index).filter(|(_, size)| *size >= 16) {
                let block = Block::read(content, at, size.min(16) as usize)?;
                builder.items(name, &block, items)?;
            }
        }
        self.map_debug(&mut builder, content)?;
        builder.finish()
    }

    fn map_debug(&self, builder: &mut Builder, content: &Content) -> Result<(), Failure> {
        let Some((at, size)) = self.directory(DEBUGS) else {
            return Ok(());
        };
        for index in 0..(size / DEBUG_BYTES).min(MOST_DEBUGS) {
            let entry_at = at + u64::from(index * DEBUG_BYTES);
            let entry = Block::read(content, entry_at, DEBUG_BYTES as usize)?;
            builder.items(&format!("debug directory {index}"), &entry, DEBUG)?;
            let (length, record_at) = (entry.u32(16)?, u64::from(entry.u32(24)?));
            let record = content.bytes(record_at, length.min(4096) as usize)?;
            if !record.starts_with(b"RSDS") || record.len() < 25 {
                continue;
            }
            let path = until_nul(&record[24..]);
            let fields = [
                ("GUID", 4..20, shown_hex(&record[4..20])),
                ("age", 20..24, shown_hex(&record[20..24])),
                ("path", 24..24 + path.len() as u64, shown_text(path)),
            ];
            for (name, range, value) in fields {
                let range = record_at + range.start..record_at + range.end;
                builder.field(format!("RSDS record: {name}"), range, value, false)?;
            }
        }
        Ok(())
    }
}

/// Where in the string table a name is that is `/` and an offset: in decimal digits, or, behind another `/`, in base 64.
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

/// Names longer than 8 bytes are offsets into the COFF string table, which MinGW's linkers write.
fn name_by_string_table(
    content: &Content,
    coff: &Block,
    sections: &mut [Section],
) -> Result<(), Failure> {
    let symbols = u64::from(coff.u32(8)?);
    let strings = symbols + 18 * u64::from(coff.u32(12)?);
    for section in sections {
        let offset = name_offset(&section.name);
        if let Some(offset) = offset.filter(|_| symbols != 0) {
            let name = content.bytes(strings + offset, 128)?;
            section.name = untrusted_input::spelling::escape(until_nul(&name));
        }
    }
    Ok(())
}
