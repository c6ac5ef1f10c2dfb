//! zip as defined by APPNOTE.TXT 6.3: the central directory lists the entries; each entry's local header is read too.

use untrusted_input::format::Format;

use crate::block::{Block, Item, Show};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::map::{Builder, Inner, Map, Packing};

const END_BYTES: usize = 22;
const END_SIGNATURE: &[u8] = b"PK\x05\x06";
const END: &[Item] = &[
    ("number of entries on this disk", 8, 2, Show::Dec),
    ("number of entries", 10, 2, Show::Dec),
    ("size of the central directory", 12, 4, Show::Place),
    ("offset of the central directory", 16, 4, Show::Place),
    ("comment length", 20, 2, Show::Dec),
];
const ENTRY_BYTES: usize = 46;
const ENTRY: &[Item] = &[
    ("version made by", 4, 2, Show::Hex),
    ("version needed", 6, 2, Show::Dec),
    ("flags", 8, 2, Show::Hex),
    ("compression method", 10, 2, Show::Dec),
    ("modification time", 12, 4, Show::DosTime),
    ("CRC-32", 16, 4, Show::Place),
    ("compressed size", 20, 4, Show::Place),
    ("uncompressed size", 24, 4, Show::Place),
    ("name length", 28, 2, Show::Dec),
    ("extra field length", 30, 2, Show::Dec),
    ("comment length", 32, 2, Show::Dec),
    ("internal attributes", 36, 2, Show::Hex),
    ("external attributes", 38, 4, Show::Hex),
    ("offset of the local header", 42, 4, Show::Place),
];
const LOCAL_BYTES: usize = 30;
const LOCAL: &[Item] = &[
    ("version needed", 4, 2, Show::Dec),
    ("flags", 6, 2, Show::Hex),
    ("compression method", 8, 2, Show::Dec),
    ("modification time", 10, 4, Show::DosTime),
    ("CRC-32", 14, 4, Show::Place),
    ("compressed size", 18, 4, Show::Place),
    ("uncompressed size", 22, 4, Show::Place),
    ("name length", 26, 2, Show::Dec),
    ("extra field length", 28, 2, Show::Dec),
];
/// Longest prefix of a local extra field that is read, more than is ever shown.
const SHOWN_BYTES: u64 = 64;
/// Value of a 32-bit field that means: see the zip64 extra field.
const IN_ZIP64: u64 = 0xffff_ffff;
const ZIP64: u16 = 1;

/// Maps an archive.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
    let mut builder = Builder::new(Format::Zip, content.length(), limits);
    let end = end(content)?;
    let end_block = Block::read(content, end, END_BYTES)?;
    builder.part("end of central directory", end..content.length())?;
    builder.items("", &end_block, END)?;
    let (mut at, mut left) = directory(content, end, &end_block)?;
    while left > 0 && at < end {
        left -= 1;
        at = entry(content, at, &mut builder)?;
    }
    if left > 0 {
        return Err(malformed("its central directory is cut off"));
    }
    builder.finish()
}

/// Offset of the end of central directory record, which a comment may follow.
fn end(content: &Content) -> Result<u64, MapFailure> {
    let start = content
        .length()
        .saturating_sub((END_BYTES + usize::from(u16::MAX)) as u64);
    let tail = content.bytes(start, END_BYTES + usize::from(u16::MAX))?;
    tail.windows(END_BYTES)
        .rposition(|window| window.starts_with(END_SIGNATURE))
        .map(|at| start + at as u64)
        .ok_or_else(|| malformed("it has no end of central directory"))
}

/// Offset of the central directory and number of its entries.
fn directory(content: &Content, end: u64, block: &Block) -> Result<(u64, u64), MapFailure> {
    let (count, offset) = (block.number(10, 2)?, block.number(16, 4)?);
    if offset != IN_ZIP64 && count != 0xffff {
        return Ok((offset, count));
    }
    let locator = Block::read(content, end.saturating_sub(20), 20)?;
    let record = Block::read(content, locator.u64(8)?, 56)?;
    if locator.get(0, 4)? != b"PK\x06\x07" || record.get(0, 4)? != b"PK\x06\x06" {
        return Err(malformed("it has no zip64 end of central directory"));
    }
    Ok((record.u64(48)?, record.u64(32)?))
}

/// Adds the entry at `at` with its local header and content; returns the offset of the next entry.
fn entry(content: &Content, at: u64, builder: &mut Builder) -> Result<u64, MapFailure> {
    let block = Block::read(content, at, ENTRY_BYTES)?;
    if block.get(0, 4)? != b"PK\x01\x02" {
        return Err(malformed(format!("there is no directory entry at {at}")));
    }
    let lengths = [28, 30, 32].map(|at| block.u16(at).map(u64::from));
    let [name_bytes, extra_bytes, comment_bytes] = lengths;
    let (name_bytes, extra_bytes) = (name_bytes?, extra_bytes?);
    let extra_at = at + ENTRY_BYTES as u64 + name_bytes;
    let next = extra_at + extra_bytes + comment_bytes?;
    let raw_name = content.bytes(at + ENTRY_BYTES as u64, name_bytes as usize)?;
    let name = untrusted_input::spelling::escape(&raw_name);
    let extra = content.bytes(extra_at, extra_bytes as usize)?;
    builder.part(format!("directory entry of {name}"), at..next)?;
    builder.items("", &block, ENTRY)?;
    builder.field(
        "extra field",
        extra_at..extra_at + extra_bytes,
        crate::block::shown_hex(&extra),
        false,
    )?;

    let wide = Zip64::read(&block, &extra)?;
    let local_at = wide.offset;
    let local = Block::read(content, local_at, LOCAL_BYTES)?;
    if local.get(0, 4)? != b"PK\x03\x04" {
        return Err(malformed(format!("there is no local header at {local_at}")));
    }
    let local_name_bytes = u64::from(local.u16(26)?);
    let local_extra_bytes = u64::from(local.u16(28)?);
    let local_extra_at = local_at + LOCAL_BYTES as u64 + local_name_bytes;
    let start = local_extra_at + local_extra_bytes;
    builder.part(format!("header of {name}"), local_at..start)?;
    builder.items("", &local, LOCAL)?;
    // NB: many entries may share one local header, so read no more of it than is shown.
    let local_extra = content.bytes(local_extra_at, local_extra_bytes.min(SHOWN_BYTES) as usize)?;
    builder.field(
        "extra field",
        local_extra_at..start,
        crate::block::shown_hex(&local_extra),
        false,
    )?;
    let data = start..start.saturating_add(wide.compressed_bytes);
    let packed = content.slice(data.clone());
    let encrypted = block.u16(8)? & 1 != 0;
    let inner = match block.u16(10)? {
        0 if !encrypted => Some(Inner::Plain(packed)),
        8 if !encrypted => Some(Inner::Packed(Packing::Deflate, packed)),
        _ => None,
    };
    builder.part_with(name, data, inner)?;
    Ok(next)
}

struct Zip64 {
    compressed_bytes: u64,
    offset: u64,
}

impl Zip64 {
    /// Reads an entry's compressed size and offset, from the zip64 extra field where the 32-bit fields refer to it.
    fn read(block: &Block, extra: &[u8]) -> Result<Self, MapFailure> {
        let extra = Block::read(&Content::memory(extra.to_vec()), 0, extra.len())?;
        let mut at = 0;
        let mut wide = 0..0;
        while let (Ok(id), Ok(length)) = (extra.u16(at), extra.u16(at + 2)) {
            if id == ZIP64 {
                wide = at + 4..at + 4 + usize::from(length);
            }
            at += 4 + usize::from(length);
        }
        // The extra field holds, in this order, only the values whose 32-bit field refers to it.
        let mut take = |narrow: u64| {
            if narrow != IN_ZIP64 {
                return Ok(narrow);
            }
            if wide.len() < 8 {
                return Err(malformed("a zip64 extra field is cut off"));
            }
            let value = extra.u64(wide.start);
            wide.start += 8;
            value
        };
        take(block.number(24, 4)?)?;
        let compressed_bytes = take(block.number(20, 4)?)?;
        let offset = take(block.number(42, 4)?)?;
        Ok(Self {
            compressed_bytes,
            offset,
        })
    }
}
