//! WebAssembly modules: the core specification's binary format, section by section.

use std::ops::Range;

use untrusted_input::format::Format;

use crate::auditable::{self, DEPENDENCIES_SECTION};
use crate::block::Block;
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::map::{Builder, Map};

/// Section names, indexed by section id.
const NAMES: [&str; 14] = [
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
];

/// A section of a module.
pub struct Section {
    /// Its id.
    pub id: u8,
    /// A custom section's own name, otherwise the name of its id.
    pub name: String,
    /// Range of its id, its length and, in a custom section, its name.
    pub header: Range<u64>,
    /// Range of its payload.
    pub range: Range<u64>,
}

/// Reads every section, in order.
///
/// # Errors
/// When the content is not a module, or has more sections than the limits allow.
pub fn sections(content: &Content, limits: &Limits) -> Result<Vec<Section>, MapFailure> {
    let head = Block::read(content, 0, 8)?;
    if head.u16(4)? != 1 || head.u16(6)? != 0 {
        return Err(malformed("it is not a module of version 1"));
    }
    let mut sections = Vec::new();
    let mut at = 8;
    while at < content.length() {
        if sections.len() >= limits.parts {
            return Err(malformed("it has too many sections"));
        }
        let bytes = content.bytes(at, 16)?;
        let id = bytes[0];
        let length = Leb128::read(&bytes[1..])?;
        let start = at + 1 + length.length_bytes;
        let end = start
            .checked_add(length.value)
            .filter(|end| *end <= content.length())
            .ok_or_else(|| malformed(format!("its section at {at} is cut off")))?;
        let mut section = Section {
            id,
            name: NAMES
                .get(usize::from(id))
                .map_or_else(|| format!("section {id}"), |name| format!("{name} section")),
            header: at..start,
            range: start..end,
        };
        if id == 0 {
            let text = content.slice(start..end);
            let length = Leb128::read(&text.bytes(0, 8)?)?;
            let name = text.bytes(length.length_bytes, length.value.min(128) as usize)?;
            section.name = untrusted_input::spelling::escape(&name);
            let name_end = start.saturating_add(length.length_bytes + length.value);
            section.range.start = name_end.min(end);
            section.header.end = section.range.start;
        }
        at = end;
        sections.push(section);
    }
    Ok(sections)
}

/// An unsigned LEB128 number of at most 32 bits, as in the WebAssembly core specification and in DWARF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leb128 {
    /// The number.
    pub value: u64,
    /// Its encoded length.
    pub length_bytes: u64,
}

impl Leb128 {
    /// Reads the number at the start of `bytes`.
    ///
    /// # Errors
    /// When the number does not end in `bytes`, or takes more than 5 bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, MapFailure> {
        let mut value = 0;
        for (index, byte) in bytes.iter().enumerate().take(5) {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Ok(Self {
                    value,
                    length_bytes: index as u64 + 1,
                });
            }
        }
        Err(malformed("a number in it does not end"))
    }
}

/// The map of a module.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
    let mut builder = Builder::new(Format::Wasm, content.length(), limits);
    builder.part("module header", 0..8)?;
    for section in sections(content, limits)? {
        let length = section.range.end - section.range.start;
        let inner =
            (section.name == DEPENDENCIES_SECTION).then(|| auditable::list(content.slice(section.range.clone())));
        builder.part(format!("header of {}", section.name), section.header.clone())?;
        builder.field(
            "size",
            section.header.start + 1..section.header.end,
            format!("{length} bytes"),
            true,
        )?;
        builder.part_with(section.name, section.range, inner)?;
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name has a length, and nothing ends it before that.
    #[test]
    fn names_of_custom_sections_are_whole() {
        let module = sample_files::wasm::wasm(&[(0, b"\x03a\0bmore"), (0, b"\x01a")]);
        let sections = sections(&Content::memory(module), &Limits::default()).unwrap();
        let seen: Vec<_> = sections.iter().map(|it| (&*it.name, it.range.clone())).collect();
        assert_eq!(seen, [(r"a\x00b", 14..18), ("a", 22..22)]);
    }
}
