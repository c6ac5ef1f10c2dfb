//! What changes in an image's headers when its code signature is left out.

use std::ops::Range;

use super::layout::{self, LC_SEGMENT, LC_SEGMENT_64, LC_SYMTAB};
use super::{LC_CODE_SIGNATURE, MachO};
use crate::content::Content;
use crate::formats::block::until_nul;
use crate::formats::{Block, Failure, malformed};

const LC_DYSYMTAB: u32 = 0xb;
/// Where in `LC_DYSYMTAB` offset and number of a table stand, and the bytes of its entries.
const DYNAMIC_TABLES: [(usize, u64); 6] = [(32, 8), (40, 56), (48, 4), (56, 4), (64, 8), (72, 8)];

/// Other bytes for a place.
pub(crate) type Patch = (Range<u64>, Vec<u8>);

impl MachO {
    /// Where the last byte ends that anything but the code signature speaks of.
    ///
    /// # Errors
    /// When a load command is cut off.
    pub(crate) fn last_use(&self, content: &Content) -> Result<u64, Failure> {
        let mut last = self.commands.last().map_or(0, |command| command.range.end);
        for (_, range) in self.sections(content)? {
            last = last.max(range.end);
        }
        for command in &self.commands {
            let block = self.block(content, command)?;
            let u32_at = |at| block.u32(at).map(u64::from);
            match command.kind {
                LC_CODE_SIGNATURE => {}
                LC_SEGMENT | LC_SEGMENT_64 if until_nul(block.get(8, 16)?) != b"__LINKEDIT" => {
                    let (start, length) = self.segment_place(&block)?;
                    last = last.max(start.saturating_add(length));
                }
                LC_SYMTAB => {
                    let entry_bytes = if self.is_64 { 16 } else { 12 };
                    last = last
                        .max(u32_at(8)? + u32_at(12)? * entry_bytes)
                        .max(u32_at(16)? + u32_at(20)?);
                }
                LC_DYSYMTAB => {
                    for (at, entry_bytes) in DYNAMIC_TABLES {
                        last = last.max(u32_at(at)? + u32_at(at + 4)? * entry_bytes);
                    }
                }
                kind => {
                    for (at, _) in layout::linked(kind) {
                        last = last.max(u32_at(*at)? + u32_at(at + 4)?);
                    }
                }
            }
        }
        Ok(last)
    }

    /// `fileoff` and `filesize` of a segment.
    fn segment_place(&self, block: &Block) -> Result<(u64, u64), Failure> {
        if self.is_64 {
            Ok((block.u64(40)?, block.u64(48)?))
        } else {
            Ok((block.u32(32)?.into(), block.u32(36)?.into()))
        }
    }

    /// Other bytes for the headers, in the order of their places: no command for a signature, and a `__LINKEDIT` that
    /// reaches to `end`, its size in memory left out.
    ///
    /// # Errors
    /// When a load command is cut off, or the signature's is not the last one.
    pub(crate) fn without_signature(
        &self,
        content: &Content,
        end: u64,
    ) -> Result<Vec<Patch>, Failure> {
        let signatures: u64 = self
            .of_kind(LC_CODE_SIGNATURE)
            .map(|command| command.range.end - command.range.start)
            .sum();
        let count = self.of_kind(LC_CODE_SIGNATURE).count();
        let last = self.commands.last().map(|command| command.kind);
        if count > 1 || (count == 1 && last != Some(LC_CODE_SIGNATURE)) {
            return Err(malformed(
                "its signature's load command is not the last one",
            ));
        }
        let header = Block::read(content, 0, 24)?.with_endianness(self.big_endian);
        let commands = u64::from(header.u32(16)?) - count as u64;
        let commands_bytes = u64::from(header.u32(20)?)
            .checked_sub(signatures)
            .ok_or_else(|| malformed("its load commands are longer than it says"))?;
        let mut patches = vec![
            (16..20, self.bytes(commands, 4)),
            (20..24, self.bytes(commands_bytes, 4)),
        ];
        for command in &self.commands {
            let block = self.block(content, command)?;
            if command.kind == LC_CODE_SIGNATURE {
                let length = command.range.end - command.range.start;
                // Every tool writes 16 bytes; more would be a place to hide something.
                if length != 16 {
                    return Err(malformed("its signature's load command is too long"));
                }
                patches.push((command.range.clone(), vec![0; 16]));
            } else if matches!(command.kind, LC_SEGMENT | LC_SEGMENT_64)
                && until_nul(block.get(8, 16)?) == b"__LINKEDIT"
            {
                let (start, _) = self.segment_place(&block)?;
                let length = end.saturating_sub(start);
                let (memory, file, width) = if self.is_64 { (32, 48, 8) } else { (28, 36, 4) };
                patches.push((block.range(memory, width), self.bytes(0, width)));
                patches.push((block.range(file, width), self.bytes(length, width)));
            }
        }
        Ok(patches)
    }

    /// A number as this image writes it.
    fn bytes(&self, number: u64, width: usize) -> Vec<u8> {
        if self.big_endian {
            number.to_be_bytes()[8 - width..].to_vec()
        } else {
            number.to_le_bytes()[..width].to_vec()
        }
    }
}
