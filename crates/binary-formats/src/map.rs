//! The map of a content: parts that together cover every byte exactly once, and the known fields in them.

use std::collections::BTreeMap;
use std::ops::Range;

use untrusted_input::format::Format;

use crate::block::{Block, Item};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;

/// A content divided into parts.
#[derive(Clone, Debug)]
pub struct Map {
    /// The format that it was parsed as.
    pub format: Format,
    /// The parts. Every byte is in exactly one part, and names are unique.
    pub parts: Vec<Part>,
}

/// A run of bytes with a name.
#[derive(Clone, Debug)]
pub struct Part {
    /// The name of the section, member or header.
    pub name: String,
    /// Its range in the content, in bytes.
    pub range: Range<u64>,
    /// The known fields, in order of their offsets. Fields never overlap.
    pub fields: Vec<Field>,
    /// The nested content, if that can be mapped on its own.
    pub inner: Option<Inner>,
}

/// A value in a part.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in the format's specification.
    pub name: String,
    /// Its range in the content, in bytes.
    pub range: Range<u64>,
    /// The value, formatted for people.
    pub value: String,
    /// Whether it is derived from other bytes: a size, an offset, a checksum.
    pub derived: bool,
}

/// The nested content of a part.
#[derive(Clone, Debug)]
pub enum Inner {
    /// Not packed, or already unpacked.
    Plain(Content),
    /// Still packed.
    Packed(Packing, Content),
}

/// How a part is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// A bare deflate stream, as in zip and gzip (RFC 1951).
    Deflate,
    /// Deflate in a zlib frame (RFC 1950).
    Zlib,
}

/// Longest name of a part in bytes.
const LONGEST_NAME_BYTES: usize = 1024;

/// Collects parts and fields in any order and makes a map of them.
pub(crate) struct Builder {
    format: Format,
    length: u64,
    parts: Vec<Part>,
    fields: Vec<Field>,
    most_parts: usize,
    most_fields: usize,
    text_bytes_left: usize,
}

impl Builder {
    /// An empty map of a content of `length` bytes.
    pub(crate) fn new(format: Format, length: u64, limits: &Limits) -> Self {
        Self {
            format,
            length,
            parts: Vec::new(),
            fields: Vec::new(),
            most_parts: limits.parts,
            most_fields: limits.fields,
            text_bytes_left: limits.text_bytes,
        }
    }

    /// Adds a part without nested content.
    pub(crate) fn part(&mut self, name: impl Into<String>, range: Range<u64>) -> Result<(), MapFailure> {
        self.part_with(name, range, None)
    }

    /// Adds a part that may have nested content.
    pub(crate) fn part_with(
        &mut self,
        name: impl Into<String>,
        range: Range<u64>,
        inner: Option<Inner>,
    ) -> Result<(), MapFailure> {
        if self.parts.len() >= self.most_parts {
            return Err(malformed(format!("it has more than {} parts", self.most_parts)));
        }
        let name = shortened(name.into());
        self.take_text(name.len())?;
        self.parts.push(Part {
            name,
            range,
            fields: Vec::new(),
            inner,
        });
        Ok(())
    }

    /// Adds a field to the part that contains its range.
    pub(crate) fn field(
        &mut self,
        name: impl Into<String>,
        range: Range<u64>,
        value: String,
        derived: bool,
    ) -> Result<(), MapFailure> {
        if self.fields.len() >= self.most_fields {
            return Err(malformed(format!("it has more than {} fields", self.most_fields)));
        }
        let name = name.into();
        self.take_text(name.len() + value.len())?;
        self.fields.push(Field {
            name,
            range,
            value,
            derived,
        });
        Ok(())
    }

    fn take_text(&mut self, bytes: usize) -> Result<(), MapFailure> {
        self.text_bytes_left = self
            .text_bytes_left
            .checked_sub(bytes)
            .ok_or_else(|| malformed("its names and values are too long"))?;
        Ok(())
    }

    /// Adds the fields of a header by its layout. A non-empty `of` is put before each name.
    pub(crate) fn items(&mut self, of: &str, block: &Block, items: &[Item]) -> Result<(), MapFailure> {
        for (name, at, length, show) in items {
            let name = match of {
                "" => (*name).to_owned(),
                of => format!("{of}: {name}"),
            };
            self.field(
                name,
                block.range(*at, *length),
                block.show(*at, *length, *show)?,
                show.is_derived(),
            )?;
        }
        Ok(())
    }

    /// Makes the map: cuts a part where the previous one ends if they overlap, and fills gaps with parts.
    pub(crate) fn finish(mut self) -> Result<Map, MapFailure> {
        self.parts.sort_by_key(|part| part.range.start);
        let mut parts: Vec<Part> = Vec::with_capacity(self.parts.len() + 1);
        let mut covered = 0;
        for mut part in self.parts {
            part.range.end = part.range.end.min(self.length);
            if part.range.start < covered {
                // A part that overlaps another has no meaningful nested content.
                part.range.start = covered;
                part.inner = None;
            }
            if part.range.start >= part.range.end {
                continue;
            }
            if part.range.start > covered {
                parts.push(gap(parts.last(), covered..part.range.start));
            }
            covered = part.range.end;
            parts.push(part);
        }
        if covered < self.length {
            parts.push(gap(parts.last(), covered..self.length));
        }
        make_unique(parts.iter_mut().map(|part| &mut part.name));
        attach(&mut parts, self.fields);
        for part in &mut parts {
            make_unique(part.fields.iter_mut().map(|field| &mut field.name));
        }
        Ok(Map {
            format: self.format,
            parts,
        })
    }
}

/// Shortens a name, which may be repeated for everything in the part.
fn shortened(mut name: String) -> String {
    if name.len() > LONGEST_NAME_BYTES {
        let cut = (0..=LONGEST_NAME_BYTES).rev().find(|at| name.is_char_boundary(*at));
        name.truncate(cut.unwrap_or(0));
        name.push('…');
    }
    name
}

fn gap(before: Option<&Part>, range: Range<u64>) -> Part {
    let name = match before {
        None => "content".to_owned(),
        Some(part) => format!("after {}", part.name),
    };
    Part {
        name,
        range,
        fields: Vec::new(),
        inner: None,
    }
}

/// Makes names unique: the second `name` becomes `name #2`.
fn make_unique<'a>(names: impl Iterator<Item = &'a mut String>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            *name = format!("{name} #{count}");
        }
    }
}

/// Gives each part the fields that lie entirely in it. Of two overlapping fields the first is kept.
fn attach(parts: &mut [Part], mut fields: Vec<Field>) {
    fields.sort_by_key(|field| field.range.start);
    let mut parts = parts.iter_mut().peekable();
    let mut covered = 0;
    for field in fields {
        while parts.next_if(|part| part.range.end <= field.range.start).is_some() {}
        let Some(part) = parts.peek_mut() else {
            return;
        };
        let inside = field.range.start >= part.range.start && field.range.end <= part.range.end;
        if inside && field.range.start >= covered && !field.range.is_empty() {
            covered = field.range.end;
            part.fields.push(field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(length: u64) -> Builder {
        Builder::new(Format::Bytes, length, &Limits::default())
    }

    fn names(map: &Map) -> Vec<(&str, Range<u64>)> {
        map.parts
            .iter()
            .map(|part| (part.name.as_str(), part.range.clone()))
            .collect()
    }

    #[test]
    fn every_byte_is_in_exactly_one_part_whatever_the_format_claims() {
        let mut builder = builder(100);
        builder.part("b", 50..60).unwrap();
        builder.part("a", 10..20).unwrap();
        builder.part("a", 15..30).unwrap();
        builder.part("inside", 52..54).unwrap();
        builder.part("beyond", 90..u64::MAX).unwrap();
        builder.part("far away", 200..300).unwrap();
        let map = builder.finish().unwrap();
        assert_eq!(
            names(&map),
            [
                ("content", 0..10),
                ("a", 10..20),
                ("a #2", 20..30),
                ("after a", 30..50),
                ("b", 50..60),
                ("after b", 60..90),
                ("beyond", 90..100),
            ]
        );
    }

    #[test]
    fn fields_that_overlap_or_cross_a_part_are_left_to_the_bytes() {
        let mut builder = builder(20);
        builder.part("a", 0..10).unwrap();
        builder.part("b", 10..20).unwrap();
        for (name, range) in [
            ("one", 0..4),
            ("overlaps", 2..6),
            ("two", 4..8),
            ("crosses", 8..12),
            ("three", 12..13),
            ("beyond", 18..30),
        ] {
            builder.field(name, range, String::new(), false).unwrap();
        }
        let map = builder.finish().unwrap();
        let fields =
            |part: usize| -> Vec<&str> { map.parts[part].fields.iter().map(|field| field.name.as_str()).collect() };
        assert_eq!(fields(0), ["one", "two"]);
        assert_eq!(fields(1), ["three"]);
    }

    #[test]
    fn an_empty_content_has_no_parts_and_limits_are_kept() {
        assert!(builder(0).finish().unwrap().parts.is_empty());
        let limits = Limits {
            parts: 1,
            fields: 1,
            ..Limits::default()
        };
        let mut builder = Builder::new(Format::Bytes, 9, &limits);
        assert!(builder.part("a", 0..1).is_ok());
        assert!(builder.part("b", 1..2).is_err());
        assert!(builder.field("a", 0..1, String::new(), false).is_ok());
        assert!(builder.field("b", 1..2, String::new(), false).is_err());
    }
}
