//! The map of a PE file: its headers, its sections, and the known fields in them.

use untrusted_input::format::Format;

use super::{CHECKSUM_AT, COFF_BYTES, Pe, SECTION_BYTES};
use crate::auditable::{self, DEPENDENCIES_SECTION};
use crate::block::{Block, Item, Show, shown_hex, shown_text, until_nul};
use crate::content::Content;
use crate::error::MapFailure;
use crate::limits::Limits;
use crate::map::{Builder, Map};

const COFF: &[Item] = &[
    ("Machine", 0, 2, Show::Hex),
    ("NumberOfSections", 2, 2, Show::Dec),
    ("TimeDateStamp", 4, 4, Show::Unix),
    ("PointerToSymbolTable", 8, 4, Show::Place),
    ("NumberOfSymbols", 12, 4, Show::Place),
    ("SizeOfOptionalHeader", 16, 2, Show::Dec),
    ("Characteristics", 18, 2, Show::Hex),
];
/// The optional header's fields that have the same offset in PE32 and PE32+.
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
const SECTION: &[Item] = &[
    ("VirtualSize", 8, 4, Show::Place),
    ("VirtualAddress", 12, 4, Show::Place),
    ("SizeOfRawData", 16, 4, Show::Place),
    ("PointerToRawData", 20, 4, Show::Place),
    ("Characteristics", 36, 4, Show::Hex),
];
const DEBUG: &[Item] = &[
    ("TimeDateStamp", 4, 4, Show::Unix),
    ("Type", 12, 4, Show::Dec),
    ("SizeOfData", 16, 4, Show::Place),
    ("AddressOfRawData", 20, 4, Show::Place),
    ("PointerToRawData", 24, 4, Show::Place),
];
const EXPORT: &[Item] = &[("TimeDateStamp", 4, 4, Show::Unix)];
const RESOURCE: &[Item] = &[("TimeDateStamp", 4, 4, Show::Unix)];
/// Names of the data directories, by index.
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
const RESOURCES: usize = 2;
/// Length of the part of the export and resource directories that holds their timestamps.
const DATED_BYTES: u64 = 16;

impl Pe {
    /// Maps the file.
    ///
    /// # Errors
    /// When it cannot be read, or has more parts or fields than the limits allow.
    pub(crate) fn map(&self, content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
        let mut builder = Builder::new(Format::Pe, content.length(), limits);
        builder.part("DOS header", 0..self.coff_at)?;
        builder.part("COFF header", self.coff_at..self.optional.start)?;
        let coff = Block::read(content, self.coff_at, COFF_BYTES)?;
        builder.items("", &coff, COFF)?;
        let length = (self.optional.end - self.optional.start) as usize;
        let optional = Block::read(content, self.optional.start, length)?;
        builder.part("optional header", self.optional.clone())?;
        builder.items("", &optional, OPTIONAL)?;
        for (index, directory) in self.directories.iter().enumerate() {
            let at = self.directories_at + 8 * index as u64;
            let value = format!("{} bytes at {:#x}", directory.size_bytes, directory.address);
            let name = format!("{} directory", DIRECTORIES[index]);
            builder.field(name, at..at + 8, value, true)?;
        }
        let headers_end = self.optional.end + (self.sections.len() * SECTION_BYTES) as u64;
        builder.part("section headers", self.optional.end..headers_end)?;
        for (index, section) in self.sections.iter().enumerate() {
            let at = self.optional.end + (index * SECTION_BYTES) as u64;
            let header = Block::read(content, at, SECTION_BYTES)?;
            builder.items(&section.name, &header, SECTION)?;
            let inner =
                (section.name == DEPENDENCIES_SECTION).then(|| auditable::list(content.slice(section.range.clone())));
            builder.part_with(section.name.clone(), section.range.clone(), inner)?;
        }
        if let Some(range) = self.certificates() {
            builder.part("certificate table", range)?;
        }
        for (index, name, items) in [
            (EXPORTS, "export directory", EXPORT),
            (RESOURCES, "resource directory", RESOURCE),
        ] {
            let directory = self.directory(index);
            if let Some(range) = directory.filter(|it| it.end - it.start >= DATED_BYTES) {
                let block = Block::read(content, range.start, DATED_BYTES as usize)?;
                builder.items(name, &block, items)?;
            }
        }
        self.map_debug(&mut builder, content)?;
        builder.finish()
    }

    fn map_debug(&self, builder: &mut Builder, content: &Content) -> Result<(), MapFailure> {
        for (index, entry) in self.debug_entries(content).enumerate() {
            let entry = entry?;
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
