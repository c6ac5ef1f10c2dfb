//! The map of an ELF file: its headers, its sections, and the known fields in them.

use untrusted_input::format::Format;

use super::layout::class;
use super::{Elf, NT_GNU_BUILD_ID, Section};
use crate::auditable::{self, DEPENDENCIES_SECTION};
use crate::block::{Block, shown_hex, shown_text, until_nul};
use crate::content::Content;
use crate::error::MapFailure;
use crate::limits::Limits;
use crate::map::{Builder, Map};

/// `sh_type` of a section of notes.
const SHT_NOTE: u32 = 7;
/// Longer texts are compared as bytes.
const LONGEST_TEXT_BYTES: u64 = 64 * 1024;

impl Elf {
    /// Maps the file.
    ///
    /// # Errors
    /// When it cannot be read, or has more parts or fields than the limits allow.
    pub(crate) fn map(&self, content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
        let mut builder = Builder::new(Format::Elf, content.length(), limits);
        let layout = class(self.is_64);
        let header_bytes = layout.header_bytes();
        builder.part("ELF header", 0..header_bytes as u64)?;
        let header = Block::read(content, 0, header_bytes)?.with_endianness(self.big_endian);
        builder.items("", &header, layout.header)?;
        builder.part("program headers", self.program_headers.range())?;
        for index in 0..self.program_headers.count {
            let block = self.block(self.program_headers, content, index)?;
            builder.items(&format!("segment {index}"), &block, layout.program_header)?;
        }
        builder.part("section headers", self.section_headers.range())?;
        let notes = self.sections.iter().filter(|section| section.kind == SHT_NOTE);
        let notes = notes.map(|section| section.range.clone());
        for note in self.all_notes(content, notes, limits)? {
            if note.name == b"GNU" && note.kind == NT_GNU_BUILD_ID {
                builder.field("build id", note.range, shown_hex(&note.value), true)?;
            }
        }
        for (index, section) in self.sections.iter().enumerate() {
            let block = self.block(self.section_headers, content, index)?;
            let name = match section.name.as_str() {
                "" => format!("section {index}"),
                name => name.to_owned(),
            };
            builder.items(&name, &block, layout.section_header)?;
            self.map_section(&mut builder, content, name, section)?;
        }
        if self.sections.is_empty() {
            for (index, segment) in self.segments.iter().enumerate() {
                builder.part(format!("segment {index}"), segment.range.clone())?;
            }
        }
        builder.finish()
    }

    fn map_section(
        &self,
        builder: &mut Builder,
        content: &Content,
        name: String,
        section: &Section,
    ) -> Result<(), MapFailure> {
        let range = section.range.clone();
        let inner = (name == DEPENDENCIES_SECTION).then(|| auditable::list(content.slice(range.clone())));
        if name == ".gnu_debuglink" && range.end - range.start <= LONGEST_TEXT_BYTES {
            let text = content.bytes(range.start, LONGEST_TEXT_BYTES as usize)?;
            let file = until_nul(&text);
            let end = range.start + file.len() as u64;
            builder.field("file name", range.start..end, shown_text(file), false)?;
            let checksum = range.end.saturating_sub(4);
            if checksum > end {
                let bytes = content.bytes(checksum, 4)?;
                builder.field("checksum", checksum..range.end, shown_hex(&bytes), true)?;
            }
        }
        builder.part_with(name, range, inner)
    }
}
