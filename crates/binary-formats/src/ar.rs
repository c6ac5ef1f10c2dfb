//! `ar` archives, GNU and BSD: static libraries, `.rlib` files, Debian packages.

use untrusted_input::format::Format;

use crate::block::{Block, Item, Show, decimal, until_nul};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::map::{Builder, Inner, Map};

pub(crate) const MAGIC: &[u8] = b"!<arch>\n";

const HEADER_BYTES: u64 = 60;
const HEADER: &[Item] = &[
    ("name", 0, 16, Show::Text),
    ("mtime", 16, 12, Show::Text),
    ("uid", 28, 6, Show::Text),
    ("gid", 34, 6, Show::Text),
    ("mode", 40, 8, Show::Text),
    ("size", 48, 10, Show::TextPlace),
];

/// Longest member name that is read.
const LONGEST_NAME_BYTES: usize = 4096;
/// Longest GNU table of long names that is accepted.
const LONGEST_TABLE_BYTES: u64 = 8 << 20;

/// Maps an archive.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
    let mut builder = Builder::new(Format::Ar, content.length(), limits);
    builder.part("archive magic", 0..MAGIC.len() as u64)?;
    let mut long_names = Vec::new();
    let mut at = MAGIC.len() as u64;
    while at < content.length() {
        let header = Block::read(content, at, HEADER_BYTES as usize)?;
        if header.get(58, 2)? != b"`\n" {
            return Err(malformed(format!("there is no member's header at {at}")));
        }
        let size = decimal(header.get(48, 10)?).ok_or_else(|| malformed(format!("the member at {at} has no size")))?;
        let mut start = at + HEADER_BYTES;
        let end = start
            .checked_add(size)
            .filter(|end| *end <= content.length())
            .ok_or_else(|| malformed(format!("the member at {at} is cut off")))?;
        let raw = header.get(0, 16)?.trim_ascii_end();
        let name = if raw == b"//" {
            if size > LONGEST_TABLE_BYTES {
                return Err(malformed("its table of long names is too long"));
            }
            long_names = content.bytes(start, size as usize)?;
            "table of long names".to_owned()
        } else if matches!(raw, b"/" | b"/SYM64/") || raw.starts_with(b"__.SYMDEF") {
            "symbol index".to_owned()
        } else if let Some(length) = raw.strip_prefix(b"#1/").and_then(decimal) {
            let name = content.bytes(start, length.min(size).min(LONGEST_NAME_BYTES as u64) as usize)?;
            start += length.min(size);
            untrusted_input::spelling::escape(until_nul(&name))
        } else if let Some(offset) = raw.strip_prefix(b"/").and_then(decimal) {
            let rest = usize::try_from(offset)
                .ok()
                .and_then(|offset| long_names.get(offset..))
                .ok_or_else(|| malformed("a name is not in its table of long names"))?;
            let rest = &rest[..rest.len().min(LONGEST_NAME_BYTES)];
            let length = rest.iter().position(|byte| matches!(byte, b'/' | b'\n' | 0));
            untrusted_input::spelling::escape(&rest[..length.unwrap_or(rest.len())])
        } else {
            untrusted_input::spelling::escape(raw.strip_suffix(b"/").unwrap_or(raw))
        };
        builder.items("", &header, HEADER)?;
        builder.part(format!("header of {name}"), at..start)?;
        let inner = Inner::Plain(content.slice(start..end));
        builder.part_with(name, start..end, Some(inner))?;
        // Members begin at even offsets.
        at = end + (end & 1);
    }
    builder.finish()
}
