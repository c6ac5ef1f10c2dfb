//! tar: POSIX ustar and pax, and GNU's long names. One that holds an OCI image layout has its blobs named by their roles.

use std::collections::BTreeMap;

use untrusted_input::format::Format;
use untrusted_input::spelling::escape;

use super::block::{Item, Show, decimal, octal, until_nul};
use super::map::{Builder, Inner};
use super::{Block, Failure, Map, malformed, oci_names};
use crate::Limits;
use crate::content::Content;

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
/// The most bytes of a pax header or a long name.
const LONGEST_EXTENSION_BYTES: u64 = 1 << 20;

/// A member, read but not yet named.
struct Member {
    path: Vec<u8>,
    header: u64,
    data: std::ops::Range<u64>,
    next: u64,
}

/// What headers before a member say about it.
#[derive(Default)]
struct Extension {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

/// The map of an archive.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, Failure> {
    let members = members(content, limits)?;
    let roles = roles(content, &members, limits)?;
    let format = if roles.is_empty() {
        Format::Tar
    } else {
        Format::Oci
    };
    let mut builder = Builder::new(format, content.length(), limits);
    for member in &members {
        let path = escape(&member.path);
        let name = roles.get(&path).cloned().unwrap_or(path);
        builder.part(
            format!("header of {name}"),
            member.header..member.data.start,
        )?;
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

/// Every member with the extension headers before it.
fn members(content: &Content, limits: &Limits) -> Result<Vec<Member>, Failure> {
    let mut members = Vec::new();
    let mut at = 0;
    let mut text_bytes = 0;
    let mut first_header = None;
    let mut extension = Extension::default();
    while at < content.length() {
        let block = Block::read(content, at, BLOCK_BYTES as usize)?;
        if block.bytes().iter().all(|byte| *byte == 0) {
            break;
        }
        if block.get(257, 5)? != b"ustar" {
            return Err(malformed(format!("there is no header at {at}")));
        }
        let start = at + BLOCK_BYTES;
        let kind = block.bytes()[156];
        let extends = matches!(kind, b'x' | b'g' | b'L' | b'K');
        let own = octal(block.get(124, 12)?);
        let size = if extends { own } else { extension.size.or(own) }
            .ok_or_else(|| malformed(format!("the member at {at} has no size")))?;
        // Links, devices and folders have no content, whatever their size says.
        let size = if matches!(kind, b'1'..=b'6') { 0 } else { size };
        let end = start
            .checked_add(size)
            .filter(|end| *end <= content.length())
            .ok_or_else(|| malformed(format!("the member at {at} is cut off")))?;
        let next = end.next_multiple_of(BLOCK_BYTES).min(content.length());
        let header = *first_header.get_or_insert(at);
        if extends {
            if size > LONGEST_EXTENSION_BYTES {
                return Err(malformed(format!("the header at {at} is too long")));
            }
            let text = content.bytes(start, size as usize)?;
            match kind {
                b'x' => read_pax(&text, &mut extension)?,
                b'L' => extension.path = Some(until_nul(&text).to_vec()),
                _ => {}
            }
        } else {
            let path = match extension.path.take() {
                Some(path) => path,
                None => own_path(&block)?,
            };
            text_bytes += path.len();
            if members.len() >= limits.parts || text_bytes > limits.text_bytes {
                return Err(malformed("it has too many members"));
            }
            members.push(Member {
                path,
                header,
                data: start..end,
                next,
            });
            extension = Extension::default();
            first_header = None;
        }
        at = next;
    }
    Ok(members)
}

fn own_path(block: &Block) -> Result<Vec<u8>, Failure> {
    let name = until_nul(block.get(0, 100)?);
    let prefix = until_nul(block.get(345, 155)?);
    // GNU's own format uses the place of the prefix for times.
    if prefix.is_empty() || block.get(257, 8)? != b"ustar\x0000" {
        return Ok(name.to_vec());
    }
    Ok([prefix, b"/", name].concat())
}

/// A record of a pax header; offsets in that header.
struct Record<'a> {
    start: usize,
    value: usize,
    end: usize,
    keyword: &'a [u8],
}

fn pax_records(text: &[u8]) -> Result<Vec<Record<'_>>, Failure> {
    let bad = || malformed("a pax header in it is not well-formed");
    let mut records = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let space = rest.iter().position(|byte| *byte == b' ').ok_or_else(bad)?;
        let length = decimal(&rest[..space]).ok_or_else(bad)?;
        let length = usize::try_from(length).map_err(|_| bad())?;
        let record = rest.get(space + 1..length).ok_or_else(bad)?;
        let equals = record
            .iter()
            .position(|byte| *byte == b'=')
            .ok_or_else(bad)?;
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

fn read_pax(text: &[u8], extension: &mut Extension) -> Result<(), Failure> {
    for record in pax_records(text)? {
        let value = &text[record.value..record.end - 1];
        match record.keyword {
            b"path" => extension.path = Some(value.to_vec()),
            b"size" => extension.size = decimal(value),
            _ => {}
        }
    }
    Ok(())
}

/// The fields of a member's header, and of the extension headers before it.
fn headers(
    builder: &mut Builder,
    content: &Content,
    member: &Member,
    has_role: bool,
) -> Result<(), Failure> {
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
            match last {
                true => builder.field(*name, range, value, derived)?,
                false => builder.field(format!("extension: {name}"), range, value, derived)?,
            }
        }
        if !last && matches!(block.bytes()[156], b'x' | b'g') {
            let text = content.bytes(start, size as usize)?;
            for record in pax_records(&text)? {
                builder.field(
                    format!("pax: {}", escape(record.keyword)),
                    start + record.start as u64..start + record.end as u64,
                    super::block::shown_text(&text[record.value..record.end - 1]),
                    false,
                )?;
            }
        }
        at = (start + size.min(content.length())).next_multiple_of(BLOCK_BYTES);
    }
    Ok(())
}

/// What each blob is in the image, if this is one.
fn roles(
    content: &Content,
    members: &[Member],
    limits: &Limits,
) -> Result<BTreeMap<String, String>, Failure> {
    let plain = |member: &Member| {
        let path = member.path.strip_prefix(b"./").unwrap_or(&member.path);
        path.to_vec()
    };
    let by_path: BTreeMap<Vec<u8>, &Member> = members
        .iter()
        .map(|member| (plain(member), member))
        .collect();
    let find = |path: &str| {
        let member = by_path.get(path.as_bytes())?;
        Some((escape(&member.path), content.slice(member.data.clone())))
    };
    if find("oci-layout").is_none() {
        return Ok(BTreeMap::new());
    }
    oci_names(find, limits)
}
