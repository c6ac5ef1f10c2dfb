//! The map of a Mach-O image or a universal file: load commands, sections, contents of `__LINKEDIT`.

use std::collections::BTreeSet;

use untrusted_input::format::Format;

use super::layout::{self, LC_CODE_SIGNATURE, LC_SEGMENT, LC_SEGMENT_64, LC_SYMTAB, LC_UUID};
use super::{Command, MachO, Section, cpu_name, signature, slices};
use crate::auditable::{self, DEPENDENCIES_SECTION};
use crate::block::{Block, format_unix_time, shown_hex, shown_text, until_nul};
use crate::content::Content;
use crate::error::MapFailure;
use crate::limits::Limits;
use crate::map::{Builder, Inner, Map};

/// Type of a symbol that holds an object file's path and modification time.
const N_OSO: u8 = 0x66;

/// Maps an image or a universal file.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
    let mut builder = Builder::new(Format::MachO, content.length(), limits);
    let slices = slices(content)?;
    if slices.is_empty() {
        MachO::read(content, limits)?.map(content, &mut builder)?;
        return builder.finish();
    }
    builder.part("universal header", 0..slices.last().map_or(8, |slice| slice.entry.end))?;
    for slice in slices {
        let name = cpu_name(slice.cpu_type);
        let place = format!("{} bytes at {}", slice.range.end - slice.range.start, slice.range.start);
        let length = slice.entry.end - slice.entry.start;
        let place_range = slice.entry.start + 8..slice.entry.start + if length == 20 { 16 } else { 24 };
        builder.field(format!("{name}: place"), place_range, place, true)?;
        let inner = Inner::Plain(content.slice(slice.range.clone()));
        builder.part_with(name, slice.range, Some(inner))?;
    }
    builder.finish()
}

impl MachO {
    fn map(&self, content: &Content, builder: &mut Builder) -> Result<(), MapFailure> {
        builder.part("Mach-O header", 0..self.header_bytes)?;
        let header = Block::read(content, 0, self.header_bytes as usize)?.with_endianness(self.big_endian);
        builder.items("", &header, layout::HEADER)?;
        let mut kinds = BTreeSet::new();
        for command in &self.commands {
            // Examine only the first of its kind: a thousand commands that each refer to the whole file would take a
            // thousand times as long.
            let looks_into_file = matches!(command.kind, LC_SYMTAB | LC_CODE_SIGNATURE);
            if looks_into_file && !kinds.insert(command.kind) {
                let name = layout::command_name(command.kind);
                builder.part(name, command.range.clone())?;
                continue;
            }
            self.map_command(content, builder, command)?;
        }
        for Section { name, range } in self.sections(content)? {
            let inner = name
                .ends_with(DEPENDENCIES_SECTION)
                .then(|| auditable::list(content.slice(range.clone())));
            builder.part_with(name, range, inner)?;
        }
        Ok(())
    }

    fn map_command(&self, content: &Content, builder: &mut Builder, command: &Command) -> Result<(), MapFailure> {
        let block = self.block(content, command)?;
        let mut name = layout::command_name(command.kind);
        match command.kind {
            LC_SEGMENT | LC_SEGMENT_64 => {
                let segment = until_nul(block.get(8, 16)?);
                name = format!("{name} {}", untrusted_input::spelling::escape(segment));
                let items = match command.kind {
                    LC_SEGMENT => layout::SEGMENT,
                    _ => layout::SEGMENT_64,
                };
                builder.items("", &block, items)?;
            }
            LC_UUID => {
                let uuid = block.get(8, 16)?;
                builder.field("uuid", block.range(8, 16), shown_hex(uuid), true)?;
            }
            LC_SYMTAB => self.map_symbols(content, builder, &block)?,
            kind => {
                builder.items("", &block, layout::items(kind))?;
                let length = (command.range.end - command.range.start) as usize;
                for (at, what) in layout::linked(kind) {
                    builder.part(*what, self.linked(&block, *at)?)?;
                }
                if layout::has_text(kind) {
                    let text_at = block.u32(8)? as usize;
                    let text = until_nul(block.get(text_at, length.saturating_sub(text_at))?);
                    let range = block.range(text_at, text.len());
                    builder.field("name", range, shown_text(text), false)?;
                }
                if kind == LC_CODE_SIGNATURE {
                    signature::map(content, self.linked(&block, 8)?, builder)?;
                }
            }
        }
        builder.part(name, command.range.clone())
    }

    fn map_symbols(&self, content: &Content, builder: &mut Builder, command: &Block) -> Result<(), MapFailure> {
        builder.items("", command, layout::SYMTAB)?;
        let (entry_bytes, value_bytes) = if self.is_64 { (16, 8) } else { (12, 4) };
        let (start, count) = (u64::from(command.u32(8)?), u64::from(command.u32(12)?));
        let strings = self.linked(command, 16)?;
        let range = start..start + count * entry_bytes;
        let names = content.slice(strings.clone());
        let mut object_files = 0;
        let mut at = range.start;
        while at < range.end.min(content.length()) {
            let chunk = content.bytes(at, (entry_bytes * 4096).min(range.end - at) as usize)?;
            for (index, entry) in chunk.chunks_exact(entry_bytes as usize).enumerate() {
                if entry[4] != N_OSO {
                    continue;
                }
                object_files += 1;
                let entry_at = at + index as u64 * entry_bytes;
                let symbol = Block::read(content, entry_at, entry_bytes as usize)?.with_endianness(self.big_endian);
                let path = names.bytes(symbol.u32(0)?.into(), 512)?;
                let value = format!(
                    "{} of {}",
                    format_unix_time(symbol.number(8, value_bytes)?),
                    shown_text(until_nul(&path))
                );
                let range = symbol.range(8, value_bytes);
                builder.field(format!("N_OSO {object_files}"), range, value, false)?;
            }
            at += chunk.len() as u64;
        }
        builder.part("symbol table", range)?;
        builder.part("string table", strings)
    }
}
