//! tar: POSIX ustar and pax, and GNU's long names. Blobs of an OCI image layout in it are named by their roles.

use std::collections::BTreeMap;
use std::ops::Range;

use untrusted_input::format::Format;
use untrusted_input::spelling::escape;

use crate::block::{Block, Item, Show, decimal, octal, shown_text, until_nul};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::map::{Builder, Inner, Map};
use crate::oci::{self, LayoutFile};

const BLOCK_BYTES: u64 = 512;
const HEADER: &[Item] = &[
    ("name", 0, 100, Show::Text),
    ("mode", 100, 8, Show::Octal),
    ("uid", 108, 8, Show::Octal),
    ("gid", 116, 8, Show::Octal),
    ("size", 124, 12, Show::OctalPlace),
    ("mtime", 136, 12, Show::OctalUnix),
    ("chksum", 148, 8, Show::OctalPlace),
    ("typeflag", 156, 1, Show::Text),
    ("linkname", 157, 100, Show::Text),
    ("magic", 257, 8, Show::Text),
    ("uname", 265, 32, Show::Text),
    ("gname", 297, 32, Show::Text),
    ("devmajor", 329, 8, Show::Octal),
    ("devminor", 337, 8, Show::Octal),
    ("prefix", 345, 155, Show::Text),
];
/// Longest pax header or long name that is accepted.
const LONGEST_EXTENSION_BYTES: u64 = 1 << 20;

/// A parsed member without its final name.
struct Member {
    path: Vec<u8>,
    header: u64,
    data: Range<u64>,
    next: u64,
}

/// What the extension headers before a member say about it.
#[derive(Default)]
struct Extension {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Maps an archive.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
    let members = members(content, limits)?;
    let roles = roles(content, &members, limits)?;
    let format = if roles.is_empty() { Format::Tar } else { Format::Oci };
    let mut builder = Builder::new(format, content.length(), limits);
    for member in &members {
        let path = escape(&member.path);
        let name = roles.get(&path).cloned().unwrap_or(path);
        builder.part(format!("header of {name}"), member.header..member.data.start)?;
        headers(&mut builder, content, member, name != escape(&member.path))?;
        let inner = Inner::Plain(content.slice(member.data.clone()));
        builder.part_with(name.clone(), member.data.clone(), Some(inner))?;
        builder.part(format!("padding of {name}"), member.data.end..member.next)?;
    }
    if let Some(last) = members.last() {
        builder.part("end of archive", last.next..content.length())?;
    }
    builder.finish()
}

/// Reads every member with the extension headers before it.
fn members(content: &Content, limits: &Limits) -> Result<Vec<Member>, MapFailure> {
    let mut members = Vec::new();
    let mut at = 0;
    let mut text_bytes = 0;
    let mut first_header = None;
    let mut extension = Extension::default();
    while at < content.length() {
        let Some(header) = Header::read(content, at, &extension)? else {
            break;
        };
        let first = *first_header.get_or_insert(at);
        at = header.next;
        if header.extends_next() {
            extension.add(content, &header)?;
            continue;
        }
        let Extension { path, .. } = std::mem::take(&mut extension);
        let path = path.map_or_else(|| header.own_path(), Ok)?;
        text_bytes += path.len();
        if members.len() >= limits.parts || text_bytes > limits.text_bytes {
            return Err(malformed("it has too many members"));
        }
        members.push(Member {
            path,
            header: first,
            data: header.data,
            next: header.next,
        });
        first_header = None;
    }
    Ok(members)
}

/// One header: a member's, or an extension header of the next member.
struct Header {
    block: Block,
    at: u64,
    kind: u8,
    /// Range of the data after the header, without padding.
    data: Range<u64>,
    /// Offset of the next header.
    next: u64,
}

impl Header {
    /// Reads the header at `at`, to which `extension` applies; `None` at the end of the archive.
    fn read(content: &Content, at: u64, extension: &Extension) -> Result<Option<Self>, MapFailure> {
        let block = Block::read(content, at, BLOCK_BYTES as usize)?;
        if block.bytes().iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        if block.get(257, 5)? != b"ustar" {
            return Err(malformed(format!("there is no header at {at}")));
        }
        let start = at + BLOCK_BYTES;
        let own = octal(block.get(124, 12)?);
        let mut header = Self {
            kind: block.bytes()[156],
            block,
            at,
            data: start..start,
            next: start,
        };
        let size = if header.extends_next() {
            own
        } else {
            extension.size.or(own)
        };
        let size = size.ok_or_else(|| malformed(format!("the member at {at} has no size")))?;
        // Links, devices and folders have no content, whatever their size says.
        if !matches!(header.kind, b'1'..=b'6') {
            header.data.end = start
                .checked_add(size)
                .filter(|end| *end <= content.length())
                .ok_or_else(|| malformed(format!("the member at {at} is cut off")))?;
        }
        let next = header.data.end.next_multiple_of(BLOCK_BYTES);
        header.next = next.min(content.length());
        Ok(Some(header))
    }

    /// Whether it is an extension header of the next member.
    fn extends_next(&self) -> bool {
        matches!(self.kind, b'x' | b'g' | b'L' | b'K')
    }

    fn own_path(&self) -> Result<Vec<u8>, MapFailure> {
        let name = until_nul(self.block.get(0, 100)?);
        let prefix = until_nul(self.block.get(345, 155)?);
        // GNU's own format stores times in place of the prefix.
        if prefix.is_empty() || self.block.get(257, 8)? != b"ustar\x0000" {
            return Ok(name.to_vec());
        }
        Ok([prefix, b"/", name].concat())
    }
}

impl Extension {
    /// Adds the values of an extension header.
    fn add(&mut self, content: &Content, header: &Header) -> Result<(), MapFailure> {
        let length = header.data.end - header.data.start;
        if length > LONGEST_EXTENSION_BYTES {
            return Err(malformed(format!("the header at {} is too long", header.at)));
        }
        let text = content.bytes(header.data.start, length as usize)?;
        match header.kind {
            b'x' => self.add_pax(&text)?,
            b'L' => self.path = Some(until_nul(&text).to_vec()),
            _ => {}
        }
        Ok(())
    }

    fn add_pax(&mut self, text: &[u8]) -> Result<(), MapFailure> {
        for record in pax_records(text)? {
            let value = &text[record.value..record.end - 1];
            match record.keyword {
                b"path" => self.path = Some(value.to_vec()),
                b"size" => self.size = decimal(value),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A record of a pax header. Offsets are relative to that header.
struct Record<'a> {
    start: usize,
    value: usize,
    end: usize,
    keyword: &'a [u8],
}

fn pax_records(text: &[u8]) -> Result<Vec<Record<'_>>, MapFailure> {
    let bad = || malformed("a pax header in it is not well-formed");
    let mut records = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let space = rest.iter().position(|byte| *byte == b' ').ok_or_else(bad)?;
        let length = decimal(&rest[..space]).ok_or_else(bad)?;
        let length = usize::try_from(length).map_err(|_| bad())?;
        let record = rest.get(space + 1..length).ok_or_else(bad)?;
        let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(bad)?;
        if record.last() != Some(&b'\n') {
            return Err(bad());
        }
        records.push(Record {
            start: at,
            value: at + space + 1 + equals + 1,
            end: at + length,
            keyword: &record[..equals],
        });
        at += length;
    }
    Ok(records)
}

/// Adds the fields of a member's header and of the extension headers before it.
fn headers(builder: &mut Builder, content: &Content, member: &Member, has_role: bool) -> Result<(), MapFailure> {
    let mut at = member.header;
    while at < member.data.start {
        let block = Block::read(content, at, BLOCK_BYTES as usize)?;
        let start = at + BLOCK_BYTES;
        let last = start >= member.data.start;
        let size = if last {
            0
        } else {
            octal(block.get(124, 12)?).unwrap_or(0)
        };
        for (name, at, length, show) in HEADER {
            let derived = show.is_derived() || (has_role && *name == "name");
            let value = block.show(*at, *length, *show)?;
            let range = block.range(*at, *length);
            let name = if last {
                (*name).to_owned()
            } else {
                format!("extension: {name}")
            };
            builder.field(name, range, value, derived)?;
        }
        if !last && matches!(block.bytes()[156], b'x' | b'g') {
            let text = content.bytes(start, size as usize)?;
            for record in pax_records(&text)? {
                builder.field(
                    format!("pax: {}", escape(record.keyword)),
                    start + record.start as u64..start + record.end as u64,
                    shown_text(&text[record.value..record.end - 1]),
                    false,
                )?;
            }
        }
        at = (start + size.min(content.length())).next_multiple_of(BLOCK_BYTES);
    }
    Ok(())
}

/// The role of each blob, if the archive holds an image layout.
fn roles(content: &Content, members: &[Member], limits: &Limits) -> Result<BTreeMap<String, String>, MapFailure> {
    let plain = |member: &Member| {
        let path = member.path.strip_prefix(b"./").unwrap_or(&member.path);
        path.to_vec()
    };
    let by_path: BTreeMap<Vec<u8>, &Member> = members.iter().map(|member| (plain(member), member)).collect();
    let find = |path: &str| {
        let member = by_path.get(path.as_bytes())?;
        Some(LayoutFile {
            name: escape(&member.path),
            content: content.slice(member.data.clone()),
        })
    };
    if find("oci-layout").is_none() {
        return Ok(BTreeMap::new());
    }
    oci::roles(find, limits)
}
