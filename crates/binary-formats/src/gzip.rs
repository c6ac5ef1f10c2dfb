//! gzip (RFC 1952): each member's header, unpacked content and trailer.

use untrusted_input::format::Format;

use crate::block::{Block, Item, Show, shown_text};
use crate::content::Content;
use crate::context::Context;
use crate::error::{MapFailure, malformed};
use crate::map::{Builder, Inner, Map, Packing};
use crate::unpack::unpack;

pub(crate) const MAGIC: &[u8] = b"\x1f\x8b";

const HEADER_BYTES: usize = 10;
const HEADER: &[Item] = &[
    ("CM", 2, 1, Show::Dec),
    ("FLG", 3, 1, Show::Hex),
    ("MTIME", 4, 4, Show::Unix),
    ("XFL", 8, 1, Show::Dec),
    ("OS", 9, 1, Show::Dec),
];
const FHCRC: u8 = 1 << 1;
const FEXTRA: u8 = 1 << 2;
const FNAME: u8 = 1 << 3;
const FCOMMENT: u8 = 1 << 4;

/// Longest file name or comment that is accepted.
const LONGEST_TEXT_BYTES: usize = 64 * 1024;

/// Maps a gzip file. Only unpacking finds where a member's stream ends.
pub(crate) fn map(content: &Content, context: &mut Context) -> Result<Map, MapFailure> {
    let limits = context.limits;
    let mut builder = Builder::new(Format::Gzip, content.length(), &limits);
    let mut at = 0;
    while at == 0 || content.bytes(at, 2)? == MAGIC {
        let start = at;
        let header = Block::read(content, at, HEADER_BYTES)?;
        if header.bytes()[2] != 8 {
            return Err(malformed("it is not packed with deflate"));
        }
        builder.items("", &header, HEADER)?;
        let flags = header.bytes()[3];
        at += HEADER_BYTES as u64;
        if flags & FEXTRA != 0 {
            let length = u64::from(Block::read(content, at, 2)?.u16(0)?);
            builder.field("FEXTRA", at..at + 2 + length, format!("{length} bytes"), false)?;
            at += 2 + length;
        }
        for (flag, name) in [(FNAME, "FNAME"), (FCOMMENT, "FCOMMENT")] {
            if flags & flag != 0 {
                let text = content
                    .text(at, LONGEST_TEXT_BYTES)?
                    .ok_or_else(|| malformed(format!("its {name} does not end")))?;
                let end = at + text.len() as u64 + 1;
                builder.field(name, at..end, shown_text(&text), false)?;
                at = end;
            }
        }
        if flags & FHCRC != 0 {
            let block = Block::read(content, at, 2)?;
            builder.items("", &block, &[("FHCRC", 0, 2, Show::Place)])?;
            at += 2;
        }
        builder.part("gzip header", start..at)?;
        let unpacked = unpack(Packing::Deflate, content, at, context)?;
        let end = at + unpacked.packed_bytes;
        builder.part_with("content", at..end, Some(Inner::Plain(unpacked.content)))?;
        let trailer = Block::read(content, end, 8)?;
        builder.part("gzip trailer", end..end + 8)?;
        builder.items(
            "",
            &trailer,
            &[("CRC32", 0, 4, Show::Place), ("ISIZE", 4, 4, Show::Place)],
        )?;
        at = end + 8;
    }
    builder.finish()
}
