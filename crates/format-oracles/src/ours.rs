//! The reading of this project.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use binary_formats::content::Content;
use binary_formats::elf::Elf;
use binary_formats::macho::{self, MachO};
use binary_formats::pe::Pe;
use binary_formats::{Context, Inner, Limits, Map, map, wasm};
use untrusted_input::format::Format;

use crate::part::{Part, Parts};

#[cfg(test)]
mod tests;

/// `sh_type` of a section without bytes in the file.
const SHT_NOBITS: u32 = 8;
/// The names of the parts of a zip archive that are no content of an entry.
const HEADERS: [&str; 3] = ["header of ", "directory entry of ", "end of central directory"];
/// The members of an `ar` archive that other readers do not count.
const INDICES: [&str; 2] = ["symbol index", "table of long names"];

/// The table of an executable, and the map of the file.
pub(crate) struct Ours {
    /// The sections or images in the table. `None` for archives.
    table: Option<Vec<Part>>,
    map: Option<Map>,
    length: u64,
}

impl Ours {
    /// Reads a file. `None` if this project does not accept it, or if no other reader knows its format.
    pub(crate) fn read(format: Format, content: &Content) -> Option<Self> {
        let table = match format {
            Format::Elf => Some(elf(content)?),
            Format::Pe => Some(pe(content)?),
            Format::MachO => Some(images_or_sections(content)?),
            Format::Wasm => Some(wasm(content)?),
            Format::Ar | Format::Tar | Format::Zip => None,
            Format::Oci | Format::Gzip | Format::Json | Format::Bytes => return None,
        };
        let length = content.length();
        let map = map(format, content, &mut Context::new(Limits::default(), length)).ok();
        let ours = Self { table, map, length };
        (ours.table.is_some() || ours.map.is_some()).then_some(ours)
    }

    /// Compares with another reader. Returns the parts that the map shows differently because they overlap with others.
    pub(crate) fn compare(&self, theirs: &Parts) -> Result<Vec<Part>, String> {
        match &self.table {
            Some(table) => {
                same_table(table, theirs)?;
                Ok(self.overlapping(&theirs.parts))
            }
            None => self.same_members(theirs),
        }
    }

    /// The parts with bytes in the file that the map shows differently.
    fn overlapping(&self, parts: &[Part]) -> Vec<Part> {
        let Some(map) = &self.map else {
            return Vec::new();
        };
        let by_start: BTreeMap<_, _> = map.parts.iter().map(|it| (it.range.start, it)).collect();
        let is_shown = |part: &Part| {
            let found = by_start.get(&part.range.start);
            found.is_some_and(|found| found.range == part.range && is_called(&found.name, part.name.as_deref()))
        };
        let in_file = |part: &&Part| !part.range.is_empty() && part.range.end <= self.length;
        let parts = parts.iter().filter(in_file);
        parts.filter(|part| !is_shown(part)).cloned().collect()
    }

    /// Checks that every member has its header before it, and its bytes if it has any, and that there are no other
    /// members.
    fn same_members(&self, theirs: &Parts) -> Result<Vec<Part>, String> {
        let Some(map) = &self.map else {
            return Ok(Vec::new());
        };
        let members = Members { map, theirs };
        let has_roles = map.format == Format::Oci;
        let mut overlapping = self.overlapping(&theirs.parts);
        overlapping.retain(|part| !has_roles || !map.parts.iter().any(|it| it.range == part.range));
        match overlapping.iter().find(|part| !members.is_under_another(part)) {
            Some(part) => return Err(format!("{part} is not in {}", listed(map))),
            None if map.format == Format::Zip => {}
            None => members.have_headers(has_roles)?,
        }
        members.are_all()?;
        Ok(overlapping)
    }

    /// The files in archives and universal files.
    pub(crate) fn contents<'bytes>(&self, bytes: &'bytes [u8]) -> Vec<&'bytes [u8]> {
        let parts = self.map.iter().flat_map(|map| &map.parts);
        let plain = parts.filter(|part| matches!(part.inner, Some(Inner::Plain(_))));
        let range = |range: &Range<u64>| range.start as usize..range.end as usize;
        plain.filter_map(|part| bytes.get(range(&part.range))).collect()
    }
}

/// The map of an archive, and the members that another reader found.
struct Members<'a> {
    map: &'a Map,
    theirs: &'a Parts,
}

impl Members<'_> {
    /// Whether the range of a member belongs to an earlier part. The entries of a zip archive may claim any range.
    fn is_under_another(&self, member: &Part) -> bool {
        let start = member.range.start;
        let mut parts = self.map.parts.iter();
        let Some(above) = parts.find(|part| part.range.contains(&start)) else {
            return false;
        };
        let is_header = HEADERS.iter().any(|name| above.name.starts_with(name));
        // A part that is partly covered begins later in the map.
        let is_theirs = |part: &Part| {
            part != member && part.range.start <= above.range.start && is_called(&above.name, part.name.as_deref())
        };
        self.map.format == Format::Zip && (is_header || self.theirs.parts.iter().any(is_theirs))
    }

    /// Checks that a header ends where each member begins.
    fn have_headers(&self, has_roles: bool) -> Result<(), String> {
        let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for part in &self.map.parts {
            names.entry(part.range.end).or_default().push(&*part.name);
        }
        for member in &self.theirs.parts {
            let name = member.name.as_ref().filter(|_| !has_roles);
            let header = name.map(|name| format!("header of {name}"));
            let names = names.get(&member.range.start);
            if !names.is_some_and(|names| names.iter().any(|it| is_called(it, header.as_deref()))) {
                return Err(format!("the header of {member} is not in {}", listed(self.map)));
            }
        }
        Ok(())
    }

    /// Checks that the map has no other members.
    fn are_all(&self) -> Result<(), String> {
        let starts: BTreeSet<_> = self.theirs.parts.iter().map(|it| it.range.start).collect();
        let other = self.map.parts.iter().find(|part| {
            part.inner.is_some()
                && !INDICES.iter().any(|name| is_called(&part.name, Some(name)))
                && !starts.contains(&part.range.start)
        });
        match other {
            Some(part) => Err(format!("{:?} at {} is no member", part.name, part.range.start)),
            None => Ok(()),
        }
    }
}

/// Whether both lists have the same parts, in any order.
fn same_table(ours: &[Part], theirs: &Parts) -> Result<(), String> {
    let is_same =
        |one: &Part, other: &Part| one.range == other.range && (other.name.is_none() || one.name == other.name);
    for part in &theirs.parts {
        if !ours.iter().any(|own| is_same(own, part)) {
            return Err(format!("{part} is not in {ours:?}"));
        }
    }
    if theirs.are_all && theirs.parts.len() != ours.len() {
        let theirs = &theirs.parts;
        return Err(format!("{ours:?} are not {theirs:?}"));
    }
    Ok(())
}

/// Whether a name in a map is that of a part. A map adds a number to a repeated name.
fn is_called(shown: &str, name: Option<&str>) -> bool {
    let Some(name) = name else { return true };
    shown.strip_prefix(name).is_some_and(|rest| {
        let number = rest.strip_prefix(" #");
        rest.is_empty() || number.is_some_and(|it| it.bytes().all(|digit| digit.is_ascii_digit()))
    })
}

fn listed(map: &Map) -> String {
    let parts = map.parts.iter().map(|part| format!("{:?} {:?}", part.name, part.range));
    parts.collect::<Vec<_>>().join(", ")
}

fn part(name: &str, range: &Range<u64>) -> Part {
    Part {
        name: Some(name.to_owned()),
        range: range.clone(),
    }
}

fn elf(content: &Content) -> Option<Vec<Part>> {
    let elf = Elf::read(content, &Limits::default()).ok()?;
    // The first section header describes no section.
    let sections = elf.sections.iter().skip(1);
    let sections = sections.filter(|it| it.kind != SHT_NOBITS);
    Some(sections.map(|it| part(&it.name, &it.range)).collect())
}

fn pe(content: &Content) -> Option<Vec<Part>> {
    let pe = Pe::read(content, &Limits::default()).ok()?;
    Some(pe.sections.iter().map(|it| part(&it.name, &it.range)).collect())
}

fn images_or_sections(content: &Content) -> Option<Vec<Part>> {
    let images = macho::slices(content).ok()?;
    if !images.is_empty() {
        let image = |it: &macho::Slice| part(&macho::cpu_name(it.cpu_type), &it.range);
        return Some(images.iter().map(image).collect());
    }
    let image = MachO::read(content, &Limits::default()).ok()?;
    let sections = image.sections(content).ok()?;
    Some(sections.iter().map(|it| part(&it.name, &it.range)).collect())
}

fn wasm(content: &Content) -> Option<Vec<Part>> {
    let sections = wasm::sections(content, &Limits::default()).ok()?;
    Some(sections.iter().map(|it| part(&it.name, &it.range)).collect())
}
