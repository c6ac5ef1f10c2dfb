//! Finds the code signature of a Mach-O image, and computes the headers without it.

use std::ops::Range;

use super::layout::{self, LC_SEGMENT, LC_SEGMENT_64, LC_SYMTAB};
use super::{Command, LC_CODE_SIGNATURE, MachO, superblob};
use crate::block::{Block, until_nul};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::normal_form::{NormalForm, Patch};

const LC_DYSYMTAB: u32 = 0xb;
/// Tables of `LC_DYSYMTAB`: the place of offset and count in the command, and the size of an entry.
const DYNAMIC_TABLES: [(usize, u64); 6] = [(32, 8), (40, 56), (48, 4), (56, 4), (64, 8), (72, 8)];

/// Signing tools pad an image to this alignment before they append a signature.
const ALIGNMENT: u64 = 16;
/// Length of `LC_CODE_SIGNATURE` in bytes.
const COMMAND_BYTES: u64 = 16;
/// The segment that holds the signature.
const LINKED: &[u8] = b"__LINKEDIT";
/// Page sizes to which linkers round segments in memory.
const PAGES: [u64; 5] = [0x1000, 0x2000, 0x4000, 0x8000, 0x1_0000];

impl MachO {
    /// End of the last byte that anything but the code signature refers to.
    ///
    /// # Errors
    /// When a load command is cut off.
    fn last_use(&self, content: &Content) -> Result<u64, MapFailure> {
        let mut last = self.commands.last().map_or(0, |command| command.range.end);
        for section in self.sections(content)? {
            last = last.max(section.range.end);
        }
        for command in &self.commands {
            let block = self.block(content, command)?;
            let u32_at = |at| block.u32(at).map(u64::from);
            match command.kind {
                LC_CODE_SIGNATURE => {}
                LC_SEGMENT | LC_SEGMENT_64 if until_nul(block.get(8, 16)?) != LINKED => {
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
    fn segment_place(&self, block: &Block) -> Result<(u64, u64), MapFailure> {
        if self.is_64 {
            Ok((block.u64(40)?, block.u64(48)?))
        } else {
            Ok((block.u32(32)?.into(), block.u32(36)?.into()))
        }
    }

    /// Whether it has a load command for a signature.
    pub(crate) fn claims_signature(&self) -> bool {
        self.of_kind(LC_CODE_SIGNATURE).next().is_some()
    }

    /// The image without its signature: it has no load command for one, `__LINKEDIT` reaches to the padded length, and
    /// the size of `__LINKEDIT` in memory is zero.
    ///
    /// # Errors
    /// When the signature or `__LINKEDIT` does not end the image, when the signature is malformed, or when its load
    /// command is not the last one.
    pub(crate) fn without_signature(&self, content: &Content, limits: &Limits) -> Result<NormalForm, MapFailure> {
        let linked = self.linked_segment(content)?;
        let mut end = content.length();
        let mut left_out = 0;
        if self.claims_signature() {
            let command = self.signature_command()?;
            let range = self.linked(&self.block(content, command)?, 8)?;
            let begins_in = linked.as_ref().is_some_and(|(start, _)| range.start >= *start);
            if !begins_in || range.end != content.length() || range.start < self.last_use(content)? {
                return Err(malformed("its signature is not what ends it"));
            }
            superblob::check(content, &range, limits)?;
            end = range.start;
            left_out = 1;
        }
        let length = end.next_multiple_of(ALIGNMENT);
        let header = Block::read(content, 0, 24)?.with_endianness(self.big_endian);
        let commands = u64::from(header.u32(16)?) - left_out;
        let commands_bytes = u64::from(header.u32(20)?)
            .checked_sub(left_out * COMMAND_BYTES)
            .ok_or_else(|| malformed("its load commands are longer than it says"))?;
        let mut patches = vec![self.patch(16..20, commands), self.patch(20..24, commands_bytes)];
        if let Some((start, block)) = linked {
            let (memory, file, width) = if self.is_64 { (32, 48, 8) } else { (28, 36, 4) };
            let linked_bytes = length.saturating_sub(start);
            patches.push(self.patch(block.range(memory, width), 0));
            patches.push(self.patch(block.range(file, width), linked_bytes));
        }
        // NB: patches must be in order. This command is the last one (see `signature_command`).
        for command in self.of_kind(LC_CODE_SIGNATURE) {
            patches.push(Patch::zeros(command.range.clone()));
        }
        Ok(NormalForm {
            end,
            patches,
            padded_bytes: length,
        })
    }

    /// Offset and load command of `__LINKEDIT`, which must end the image; `None` if there is none.
    fn linked_segment(&self, content: &Content) -> Result<Option<(u64, Block)>, MapFailure> {
        let mut segment = None;
        for command in &self.commands {
            if !matches!(command.kind, LC_SEGMENT | LC_SEGMENT_64) {
                continue;
            }
            let block = self.block(content, command)?;
            if until_nul(block.get(8, 16)?) != LINKED {
                continue;
            }
            let (start, length) = self.segment_place(&block)?;
            let memory = if self.is_64 {
                block.u64(32)?
            } else {
                block.u32(28)?.into()
            };
            // The normal form omits both sizes, so neither may carry information.
            if segment.is_some() || start.checked_add(length) != Some(content.length()) {
                return Err(malformed("__LINKEDIT is not what ends it"));
            }
            if !PAGES
                .iter()
                .any(|page| length.checked_next_multiple_of(*page) == Some(memory))
            {
                return Err(malformed(
                    "the size of __LINKEDIT in memory does not follow from its size",
                ));
            }
            segment = Some((start, block));
        }
        Ok(segment)
    }

    /// The load command of the signature.
    fn signature_command(&self) -> Result<&Command, MapFailure> {
        let last = self.commands.last().filter(|last| last.kind == LC_CODE_SIGNATURE);
        match (last, self.of_kind(LC_CODE_SIGNATURE).count()) {
            // Every tool writes 16 bytes; a longer command could hide data.
            (Some(last), 1) if last.range.end - last.range.start == COMMAND_BYTES => Ok(last),
            _ => Err(malformed(
                "its signature's load command is not the last one, or too long",
            )),
        }
    }

    /// A patch that writes a number in the image's byte order.
    fn patch(&self, range: Range<u64>, number: u64) -> Patch {
        let width = (range.end - range.start) as usize;
        let bytes = if self.big_endian {
            number.to_be_bytes()[8 - width..].to_vec()
        } else {
            number.to_le_bytes()[..width].to_vec()
        };
        Patch { range, bytes }
    }
}
