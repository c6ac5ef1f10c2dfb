//! ELF as defined by the System V ABI: header, segments, sections, notes.

mod layout;
mod map;

use std::ops::Range;

use layout::class;

use crate::block::{Block, Item, until_nul};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;

/// `sh_type` of a section without bytes in the file.
const SHT_NOBITS: u32 = 8;
/// Type of the note with the GNU build id, which the linker derives from everything it linked.
pub const NT_GNU_BUILD_ID: u32 = 3;
/// Limits on the length and number of notes read from one section or segment: there may be thousands of such sections.
const LONGEST_NOTES_BYTES: u64 = 4096;
const MOST_NOTES: usize = 64;

/// An ELF file's header tables.
pub struct Elf {
    /// Whether it is 64-bit.
    pub is_64: bool,
    /// Whether its numbers are big-endian.
    pub big_endian: bool,
    /// `e_type`.
    pub kind: u16,
    /// `e_machine`.
    pub machine: u16,
    /// `e_flags`.
    pub flags: u32,
    /// `EI_OSABI`.
    pub os_abi: u8,
    /// The program headers, in their order.
    pub segments: Vec<Segment>,
    /// The section headers, in their order; empty if they were stripped.
    pub sections: Vec<Section>,
    program_headers: Table,
    section_headers: Table,
}

/// A program header.
pub struct Segment {
    /// `p_type`.
    pub kind: u32,
    /// Its range in the file.
    pub range: Range<u64>,
    /// `p_vaddr`.
    pub address: u64,
    /// `p_flags`.
    pub flags: u32,
}

/// A section header.
pub struct Section {
    /// Its name.
    pub name: String,
    /// `sh_type`.
    pub kind: u32,
    /// Its range in the file; empty for `SHT_NOBITS`.
    pub range: Range<u64>,
    /// `sh_link`.
    pub link: u32,
    /// `sh_info`.
    pub info: u32,
}

/// A note in a section or segment.
pub struct Note {
    /// The name of the owner, who defines the type.
    pub name: Vec<u8>,
    /// Its type, specific to the owner.
    pub kind: u32,
    /// Its descriptor.
    pub value: Vec<u8>,
    /// Range of the descriptor in the content.
    pub range: Range<u64>,
}

#[derive(Clone, Copy)]
struct Table {
    start: u64,
    count: usize,
    entry_bytes: usize,
}

impl Table {
    fn range(&self) -> Range<u64> {
        let length = self.count.saturating_mul(self.entry_bytes) as u64;
        self.start..self.start.saturating_add(length)
    }

    fn entry(&self, content: &Content, index: usize) -> Result<Block, MapFailure> {
        let at = self.start.saturating_add((index * self.entry_bytes) as u64);
        Block::read(content, at, self.entry_bytes)
    }
}

/// The ELF header.
struct Header {
    is_64: bool,
    big_endian: bool,
    block: Block,
}

/// The places of the header tables, from the ELF header.
struct Tables {
    program_headers: Table,
    section_headers: Table,
    /// Index of the section that holds section names.
    names_index: u64,
}

impl Header {
    fn read(content: &Content) -> Result<Self, MapFailure> {
        let ident = Block::read(content, 0, 16)?;
        let (is_64, big_endian) = match (ident.bytes()[4], ident.bytes()[5]) {
            (class @ (1 | 2), order @ (1 | 2)) => (class == 2, order == 2),
            _ => return Err(malformed("its class or byte order is not known")),
        };
        let block = Block::read(content, 0, class(is_64).header_bytes())?;
        Ok(Self {
            is_64,
            big_endian,
            block: block.with_endianness(big_endian),
        })
    }

    fn get(&self, name: &str) -> Result<u64, MapFailure> {
        value(&self.block, class(self.is_64).header, name)
    }

    fn tables(&self, content: &Content) -> Result<Tables, MapFailure> {
        let layout = class(self.is_64);
        let mut tables = Tables {
            program_headers: Table {
                start: self.get("e_phoff")?,
                count: self.get("e_phnum")? as usize,
                entry_bytes: self.block.u16(layout.sizes_at() + 2)?.into(),
            },
            section_headers: Table {
                start: self.get("e_shoff")?,
                count: self.get("e_shnum")? as usize,
                entry_bytes: self.block.u16(layout.sizes_at() + 6)?.into(),
            },
            names_index: self.get("e_shstrndx")?,
        };
        // Offset 0 means that there is no table, whatever the number of entries.
        for table in [&mut tables.program_headers, &mut tables.section_headers] {
            if table.start == 0 {
                table.count = 0;
            }
        }
        if tables.section_headers.start == 0 {
            return Ok(tables);
        }
        // If the numbers do not fit in 16 bits, they are in the first section header.
        let headers = tables.section_headers;
        let first = |name| -> Result<u64, MapFailure> {
            let block = headers.entry(content, 0)?;
            let block = block.with_endianness(self.big_endian);
            value(&block, layout.section_header, name)
        };
        if headers.count == 0 {
            tables.section_headers.count = usize::try_from(first("sh_size")?).unwrap_or(usize::MAX);
        }
        if tables.names_index == 0xffff {
            tables.names_index = first("sh_link")?;
        }
        Ok(tables)
    }
}

/// Reads a field by its name in the layout.
fn value(block: &Block, items: &[Item], name: &str) -> Result<u64, MapFailure> {
    match items.iter().find(|item| item.0 == name) {
        Some((_, at, length, _)) => block.number(*at, *length),
        None => Err(malformed(format!("there is no field {name}"))),
    }
}

impl Elf {
    /// Reads the header and both tables.
    ///
    /// # Errors
    /// When the content does not follow the format, or has more headers than the limits allow.
    pub fn read(content: &Content, limits: &Limits) -> Result<Self, MapFailure> {
        let header = Header::read(content)?;
        let tables = header.tables(content)?;
        let headers = [tables.program_headers.count, tables.section_headers.count];
        if headers.into_iter().any(|count| count > limits.parts) {
            return Err(malformed("it has too many headers"));
        }
        let mut elf = Self {
            is_64: header.is_64,
            big_endian: header.big_endian,
            kind: header.get("e_type")? as u16,
            machine: header.get("e_machine")? as u16,
            flags: header.get("e_flags")? as u32,
            os_abi: header.block.bytes()[7],
            segments: Vec::new(),
            sections: Vec::new(),
            program_headers: tables.program_headers,
            section_headers: tables.section_headers,
        };
        elf.read_segments(content)?;
        elf.read_sections(content, tables.names_index)?;
        Ok(elf)
    }

    fn read_segments(&mut self, content: &Content) -> Result<(), MapFailure> {
        let items = class(self.is_64).program_header;
        for index in 0..self.program_headers.count {
            let block = self.block(self.program_headers, content, index)?;
            let get = |name| value(&block, items, name);
            let start = get("p_offset")?;
            self.segments.push(Segment {
                kind: get("p_type")? as u32,
                range: start..start.saturating_add(get("p_filesz")?),
                address: get("p_vaddr")?,
                flags: get("p_flags")? as u32,
            });
        }
        Ok(())
    }

    fn read_sections(&mut self, content: &Content, names_index: u64) -> Result<(), MapFailure> {
        let items = class(self.is_64).section_header;
        let mut name_offsets = Vec::new();
        for index in 0..self.section_headers.count {
            let block = self.block(self.section_headers, content, index)?;
            let get = |name| value(&block, items, name);
            let kind = get("sh_type")? as u32;
            let start = get("sh_offset")?;
            let length = if kind == SHT_NOBITS { 0 } else { get("sh_size")? };
            name_offsets.push(get("sh_name")?);
            self.sections.push(Section {
                name: String::new(),
                kind,
                range: start..start.saturating_add(length),
                link: get("sh_link")? as u32,
                info: get("sh_info")? as u32,
            });
        }
        let names = usize::try_from(names_index)
            .ok()
            .and_then(|index| self.sections.get(index))
            .map(|section| content.slice(section.range.clone()));
        for (section, offset) in self.sections.iter_mut().zip(name_offsets) {
            let name = match &names {
                Some(names) => names.bytes(offset, 128)?,
                None => Vec::new(),
            };
            section.name = untrusted_input::spelling::escape(until_nul(&name));
        }
        Ok(())
    }

    fn block(&self, table: Table, content: &Content, index: usize) -> Result<Block, MapFailure> {
        Ok(table.entry(content, index)?.with_endianness(self.big_endian))
    }

    /// Range of the program headers.
    pub fn program_headers(&self) -> Range<u64> {
        self.program_headers.range()
    }

    /// The first section of this name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Reads the notes in ranges of the content. In each range, reading stops at the first malformed note.
    ///
    /// # Errors
    /// When the content cannot be read, or has more notes than the limits allow (ranges may overlap).
    pub fn all_notes(
        &self,
        content: &Content,
        ranges: impl Iterator<Item = Range<u64>>,
        limits: &Limits,
    ) -> Result<Vec<Note>, MapFailure> {
        let mut all = Vec::new();
        for (index, range) in ranges.enumerate() {
            all.extend(self.notes(content, range)?);
            if all.len().max(index) > limits.notes {
                return Err(malformed("it has too many notes"));
            }
        }
        Ok(all)
    }

    fn notes(&self, content: &Content, range: Range<u64>) -> Result<Vec<Note>, MapFailure> {
        let length = range.end.saturating_sub(range.start).min(LONGEST_NOTES_BYTES) as usize;
        let bytes = content.bytes(range.start, length)?;
        let block = Block::read(content, range.start, bytes.len())?.with_endianness(self.big_endian);
        let align = if self.is_64 && bytes.len() % 8 == 0 && self.is_property(&block) {
            8
        } else {
            4
        };
        let mut notes = Vec::new();
        let mut at: usize = 0;
        while let (true, Ok(name_bytes), Ok(value_bytes), Ok(kind)) = (
            notes.len() < MOST_NOTES,
            block.u32(at),
            block.u32(at + 4),
            block.u32(at + 8),
        ) {
            let value_at = at + 12 + (name_bytes as usize).next_multiple_of(4);
            let (Ok(name), Ok(value)) = (
                block.get(at + 12, name_bytes as usize),
                block.get(value_at, value_bytes as usize),
            ) else {
                break;
            };
            notes.push(Note {
                name: until_nul(name).to_vec(),
                kind,
                value: value.to_vec(),
                range: block.range(value_at, value.len()),
            });
            at = (value_at + value.len()).next_multiple_of(align);
        }
        Ok(notes)
    }

    /// Whether this is `.note.gnu.property`, the only section of notes with 8-byte alignment in 64-bit files.
    fn is_property(&self, block: &Block) -> bool {
        block.u32(8).is_ok_and(|kind| kind == 5)
    }
}
