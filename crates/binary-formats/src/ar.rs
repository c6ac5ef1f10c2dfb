//! `ar` archives, GNU and BSD: static libraries, `.rlib` files, Debian packages.

use untrusted_input::format::Format;
use untrusted_input::spelling::escape;

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

/// Prefix of the name of BSD's symbol index.
const SYMBOLS: &[u8] = b"__.SYMDEF";
const SYMBOL_INDEX: &str = "symbol index";
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
        let name = match kind_of(header.get(0, 16)?) {
            None => return Err(malformed(format!("the member at {at} has no valid name"))),
            Some(Kind::LongNames) => {
                if size > LONGEST_TABLE_BYTES {
                    return Err(malformed("its table of long names is too long"));
                }
                if !long_names.is_empty() {
                    return Err(malformed("it has two tables of long names"));
                }
                long_names = content.bytes(start, size as usize)?;
                "table of long names".to_owned()
            }
            Some(Kind::Symbols) => SYMBOL_INDEX.to_owned(),
            Some(Kind::NameBeforeContent(length)) => {
                let length = length.min(size);
                let name = content.bytes(start, length.min(LONGEST_NAME_BYTES as u64) as usize)?;
                start += length;
                if name.starts_with(SYMBOLS) {
                    SYMBOL_INDEX.to_owned()
                } else {
                    escape(until_nul(&name))
                }
            }
            Some(Kind::NameInTable(offset)) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|offset| long_names.get(offset..))
                    .filter(|rest| !rest.is_empty())
                    .ok_or_else(|| malformed("a name is not in its table of long names"))?;
                escape(long_name(rest))
            }
            Some(Kind::Named(name)) => escape(name),
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

/// What the field for a name says of a member.
enum Kind<'a> {
    Symbols,
    LongNames,
    /// Its name is in the table of long names, from this byte on.
    NameInTable(u64),
    /// Its name stands before its content, in so many bytes.
    NameBeforeContent(u64),
    Named(&'a [u8]),
}

/// The kind of a member; `None` when readers do not agree about it: some end at a blank what begins with a slash, some
/// do not.
fn kind_of(field: &[u8]) -> Option<Kind<'_>> {
    let length = field.iter().rposition(|byte| *byte != b' ');
    let name = &field[..length.map_or(0, |last| last + 1)];
    if name.starts_with(b"/") && name.contains(&b' ') {
        return None;
    }
    let number_after = |prefix: &[u8]| name.strip_prefix(prefix).and_then(decimal);
    Some(if name == b"//" {
        Kind::LongNames
    } else if matches!(name, b"/" | b"/SYM64/") || name.starts_with(SYMBOLS) {
        Kind::Symbols
    } else if let Some(length) = number_after(b"#1/") {
        Kind::NameBeforeContent(length)
    } else if let Some(offset) = number_after(b"/") {
        Kind::NameInTable(offset)
    } else if name.starts_with(b"/") {
        Kind::Named(name)
    } else {
        // GNU's end with a slash.
        Kind::Named(name.split(|byte| *byte == b'/').next().unwrap_or(name))
    })
}

/// The name at the start of a part of GNU's table: up to a slash and a line feed, or, as Windows' tools write it, a
/// NUL. A slash within is a path's, as zig's archives have them.
fn long_name(table: &[u8]) -> &[u8] {
    let table = &table[..table.len().min(LONGEST_NAME_BYTES)];
    let end = table.iter().position(|byte| matches!(byte, b'\n' | 0));
    let name = &table[..end.unwrap_or(table.len())];
    name.strip_suffix(b"/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use sample_files::archives::ar;

    use super::*;

    #[test]
    fn a_long_name_may_be_a_path() {
        let path = "/build/cache/of/a/compiler/part.o";
        let archive = ar(&[(path, 0, b"one"), ("a.o", 0, b"two")]);
        let map = map(&Content::memory(archive), &Limits::default()).unwrap();
        let names: Vec<_> = map.parts.iter().map(|part| part.name.as_str()).collect();
        assert!(names.contains(&path) && names.contains(&"a.o"), "{names:?}");
    }

    #[test]
    fn a_name_about_which_readers_do_not_agree_or_that_is_nowhere_is_refused() {
        let long = ar(&[("a name that is long.o", 0, b"one")]);
        let ambiguous = [&long[..8], b"//  name", &long[16..]].concat();
        let nowhere = [&long[..8], &long[92..]].concat();
        let twice = [&long[..92], &long[8..]].concat();
        for (archive, expected) in [
            (ambiguous, "the member at 8 has no valid name"),
            (twice, "it has two tables of long names"),
            (nowhere, "a name is not in its table of long names"),
        ] {
            let map = map(&Content::memory(archive), &Limits::default());
            let Err(MapFailure::Malformed(why)) = map else {
                panic!("{map:?}");
            };
            assert_eq!(why, expected);
        }
    }

    #[test]
    fn a_name_ends_at_a_slash_and_what_begins_with_one_is_whole() {
        for (field, expected) in [
            ("a.o/            ", "a.o"),
            ("a.o             ", "a.o"),
            ("a b.o/          ", "a b.o"),
            ("a.o\n            ", "a.o\n"),
            ("a.o/b           ", "a.o"),
            ("/<ECSYMBOLS>/   ", "/<ECSYMBOLS>/"),
        ] {
            let Some(Kind::Named(name)) = kind_of(field.as_bytes()) else {
                panic!("{field:?}");
            };
            assert_eq!(name, expected.as_bytes(), "{field:?}");
        }
    }

    #[test]
    fn indices_of_symbols_are_called_alike_whoever_wrote_them() {
        let gnu = ar(&[("", 0, b"....")]);
        let mut bsd = ar(&[("__.SYMDEF SORTE", 0, b"....")]);
        bsd[23] = b' ';
        let darwin = ar(&[("#1", 0, b"__.SYMDEF SORTED\0\0\0\0....")]);
        let darwin = [&darwin[..11], b"20", &darwin[13..]].concat();
        for archive in [gnu, bsd, darwin] {
            let map = map(&Content::memory(archive), &Limits::default()).unwrap();
            let names: Vec<_> = map.parts.iter().map(|part| &*part.name).collect();
            assert_eq!(names, ["archive magic", "header of symbol index", "symbol index"]);
        }
    }

    #[test]
    fn a_long_name_ends_as_either_kind_of_tool_ends_it() {
        for (table, name) in [
            (&b"part.o/\nmore/\n"[..], &b"part.o"[..]),
            (b"part.o\nmore", b"part.o"),
            (b"part.o\0more\0", b"part.o"),
            (b"a/part.o/\n", b"a/part.o"),
            (b"/\n", b""),
            (b"part.o", b"part.o"),
        ] {
            assert_eq!(long_name(table), name);
        }
    }
}
