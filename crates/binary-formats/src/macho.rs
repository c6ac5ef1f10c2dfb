//! Mach-O as defined by Apple's `<mach-o/loader.h>` and `<mach-o/fat.h>`: load commands, sections, contents of
//! `__LINKEDIT`.

mod layout;
mod map;
pub mod signature;
mod superblob;
mod unsigned;

use std::ops::Range;

use layout::{LC_SEGMENT, LC_SEGMENT_64};

use crate::block::{Block, until_nul};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;

pub use layout::{LC_BUILD_VERSION, LC_CODE_SIGNATURE, LC_DYLIBS, LC_LOAD_DYLINKER, LC_UUID, LC_VERSION_MIN_MACOSX};
pub(crate) use map::map;

/// Upper limit on architectures in a universal file. It excludes Java classes, which have the same magic followed by a
/// far larger number.
const MOST_ARCHITECTURES: u32 = 40;

/// One architecture's image.
pub struct MachO {
    /// Whether it is 64-bit.
    pub is_64: bool,
    /// `cputype`.
    pub cpu_type: u32,
    /// `cpusubtype`.
    pub cpu_subtype: u32,
    /// `filetype`.
    pub file_type: u32,
    /// `flags`.
    pub flags: u32,
    /// The load commands, in their order.
    pub commands: Vec<Command>,
    big_endian: bool,
    header_bytes: u64,
}

/// A load command.
pub struct Command {
    /// `cmd`.
    pub kind: u32,
    /// Its range in the content.
    pub range: Range<u64>,
}

/// A section that has bytes in the file.
pub struct Section {
    /// Segment and section name, such as `__TEXT,__text`.
    pub name: String,
    /// Its range in the content.
    pub range: Range<u64>,
}

/// One architecture's entry in a universal file.
pub struct Slice {
    /// `cputype`.
    pub cpu_type: u32,
    /// Range of its image in the content.
    pub range: Range<u64>,
    /// Range of its entry in the list of architectures.
    pub entry: Range<u64>,
    /// The rest of that entry, after offset and size.
    pub kept: Range<u64>,
    align: u32,
}

impl Slice {
    /// Where its image begins if the preceding bytes end at `at`; `None` if its alignment is invalid.
    pub(crate) fn place_after(&self, at: u64) -> Option<u64> {
        let align = 1_u64.checked_shl(self.align).filter(|_| self.align < 32)?;
        at.checked_next_multiple_of(align)
    }
}

/// Whether a content begins with a Mach-O magic.
pub(crate) fn has_magic(head: &[u8]) -> bool {
    match head {
        [0xca, 0xfe, 0xba, 0xbe | 0xbf, count @ ..] => {
            let count = count
                .get(..4)
                .map(|count| u32::from_be_bytes([count[0], count[1], count[2], count[3]]));
            count.is_some_and(|count| (1..=MOST_ARCHITECTURES).contains(&count))
        }
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => true,
        _ => false,
    }
}

/// Lists the architectures of a universal file; empty if the content is a single image.
///
/// # Errors
/// When the list of architectures is cut off.
pub fn slices(content: &Content) -> Result<Vec<Slice>, MapFailure> {
    let head = Block::read(content, 0, 8)?.with_endianness(true);
    let wide = match head.u32(0)? {
        0xcafe_babe => false,
        0xcafe_babf => true,
        _ => return Ok(Vec::new()),
    };
    let entry_bytes = if wide { 32 } else { 20 };
    let mut slices = Vec::new();
    for index in 0..u64::from(head.u32(4)?.min(MOST_ARCHITECTURES)) {
        let at = 8 + index * entry_bytes;
        let entry = Block::read(content, at, entry_bytes as usize)?.with_endianness(true);
        let (start, length) = if wide {
            (entry.u64(8)?, entry.u64(16)?)
        } else {
            (entry.u32(8)?.into(), entry.u32(12)?.into())
        };
        let kept = if wide { 24 } else { 16 };
        slices.push(Slice {
            cpu_type: entry.u32(0)?,
            range: start..start.saturating_add(length),
            entry: at..at + entry_bytes,
            kept: at + kept..at + entry_bytes,
            align: entry.u32(kept as usize)?,
        });
    }
    Ok(slices)
}

/// The name of a `cputype`.
pub fn cpu_name(cpu_type: u32) -> String {
    match cpu_type {
        7 => "i386".into(),
        0x0100_0007 => "x86_64".into(),
        12 => "arm".into(),
        0x0100_000c => "arm64".into(),
        other => format!("cputype {other:#x}"),
    }
}

impl MachO {
    /// Reads the header and the list of load commands.
    ///
    /// # Errors
    /// When the content does not follow the format or has more commands than the limits allow.
    pub fn read(content: &Content, limits: &Limits) -> Result<Self, MapFailure> {
        let (is_64, big_endian) = match Block::read(content, 0, 4)?.u32(0)? {
            0xfeed_face => (false, false),
            0xfeed_facf => (true, false),
            0xcefa_edfe => (false, true),
            0xcffa_edfe => (true, true),
            _ => return Err(malformed("it does not have the magic of a Mach-O image")),
        };
        let header_bytes = if is_64 { 32 } else { 28 };
        let header = Block::read(content, 0, header_bytes)?.with_endianness(big_endian);
        let mut macho = Self {
            is_64,
            big_endian,
            cpu_type: header.u32(4)?,
            cpu_subtype: header.u32(8)?,
            file_type: header.u32(12)?,
            flags: header.u32(24)?,
            commands: Vec::new(),
            header_bytes: header_bytes as u64,
        };
        let count = header.u32(16)?;
        if count as usize > limits.parts {
            return Err(malformed("it has too many load commands"));
        }
        let mut at = macho.header_bytes;
        for _ in 0..count {
            let head = Block::read(content, at, 8)?.with_endianness(big_endian);
            let length = u64::from(head.u32(4)?);
            if length < 8 || at + length > content.length() {
                return Err(malformed(format!("the load command at {at} has no valid size")));
            }
            macho.commands.push(Command {
                kind: head.u32(0)?,
                range: at..at + length,
            });
            at += length;
        }
        Ok(macho)
    }

    /// A load command's bytes, at most the first 64 KiB of them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn block(&self, content: &Content, command: &Command) -> Result<Block, MapFailure> {
        let length = (command.range.end - command.range.start).min(64 * 1024);
        Ok(Block::read(content, command.range.start, length as usize)?.with_endianness(self.big_endian))
    }

    /// The load commands of one kind.
    pub(crate) fn of_kind(&self, kind: u32) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(move |command| command.kind == kind)
    }

    /// Range of the code signature, if there is one.
    ///
    /// # Errors
    /// When its load command is cut off.
    pub fn code_signature(&self, content: &Content) -> Result<Option<Range<u64>>, MapFailure> {
        match self.of_kind(LC_CODE_SIGNATURE).next() {
            Some(command) => self.linked(&self.block(content, command)?, 8).map(Some),
            None => Ok(None),
        }
    }

    /// The `__LINKEDIT` range whose offset and size are at `at` in a command.
    fn linked(&self, block: &Block, at: usize) -> Result<Range<u64>, MapFailure> {
        let start = u64::from(block.u32(at)?);
        Ok(start..start + u64::from(block.u32(at + 4)?))
    }

    /// The sections of all segments.
    ///
    /// # Errors
    /// When a segment's load command is cut off.
    pub fn sections(&self, content: &Content) -> Result<Vec<Section>, MapFailure> {
        let mut sections = Vec::new();
        for command in &self.commands {
            let (list_at, entry_bytes, count_at, size_at) = match command.kind {
                LC_SEGMENT => (56, 68, 48, 36),
                LC_SEGMENT_64 => (72, 80, 64, 40),
                _ => continue,
            };
            let block = self.block(content, command)?;
            for index in 0..block.u32(count_at)? as usize {
                let at = list_at + index * entry_bytes;
                let section = until_nul(block.get(at, 16)?);
                let segment = until_nul(block.get(at + 16, 16)?);
                let name = [segment, b",", section].concat();
                let (size, offset_at) = match command.kind {
                    LC_SEGMENT => (block.u32(at + size_at)?.into(), at + size_at + 4),
                    _ => (block.u64(at + size_at)?, at + size_at + 8),
                };
                let start = u64::from(block.u32(offset_at)?);
                // Sections without an offset are zero-filled: they have no bytes in the file.
                if start > 0 {
                    sections.push(Section {
                        name: untrusted_input::spelling::escape(&name),
                        range: start..start.saturating_add(size),
                    });
                }
            }
        }
        Ok(sections)
    }
}
