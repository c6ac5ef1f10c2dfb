//! The sections of executables, as this project reads them and as the crate `object` does: where both take a file for one,
//! names, offsets and sizes agree.
//!
//! What is deliberately not compared:
//! - files that only one of both takes: `object` looks at fewer of the headers, and this project at fewer of the tables;
//! - sections without bytes in the file, which have no place here;
//! - names beyond 127 bytes, of which this project reads no more, and names that are not UTF-8 text or lie outside their table,
//!   which `object` does not give;
//! - PE sections that are called `/` or `//`, in which `object` sees the number 0;
//! - Mach-O sections whose offset is 0: by the specification they have no bytes, and `object` goes by their type alone.

use binary_formats::content::Content;
use binary_formats::elf::Elf;
use binary_formats::macho::MachO;
use binary_formats::pe::Pe;
use object::read::pe::{ImageNtHeaders, PeFile, PeFile32, PeFile64};
use object::{File, FileKind, LittleEndian as LE, Object, ObjectSection};
use untrusted_input::spelling::escape;

use binary_formats::Limits;

/// The most bytes of a name that are compared.
const LONGEST_NAME_BYTES: usize = 127;
const SHT_NOBITS: u32 = 8;

/// A section: its name as it is shown, its offset and its size in bytes.
type Section = (String, u64, u64);

/// The sections of a file, and whether these are all that there are.
struct Sections {
    list: Vec<Section>,
    is_whole: bool,
}

/// Reads both ways, and compares.
pub fn check(bytes: &[u8]) {
    let Ok(kind) = FileKind::parse(bytes) else {
        return;
    };
    let (Some(ours), Some(theirs)) = (ours(kind, bytes), theirs(kind, bytes)) else {
        return;
    };
    for section in &theirs.list {
        assert!(
            ours.list.contains(section),
            "{section:?} of object is not in {:?}",
            ours.list
        );
    }
    if ours.is_whole && theirs.is_whole {
        assert_eq!(
            ours.list.len(),
            theirs.list.len(),
            "{:?}, object: {:?}",
            ours.list,
            theirs.list
        );
    }
}

fn ours(kind: FileKind, bytes: &[u8]) -> Option<Sections> {
    let content = Content::memory(bytes.to_vec());
    let limits = Limits::default();
    let section = |name: &String, range: std::ops::Range<u64>| (name.clone(), range.start, range.end - range.start);
    let (list, is_whole) = match kind {
        FileKind::Elf32 | FileKind::Elf64 => {
            let elf = Elf::read(&content, &limits).ok()?;
            let sections = elf.sections.iter().skip(1);
            let sections = sections.filter(|it| it.kind != SHT_NOBITS);
            (sections.map(|it| section(&it.name, it.range.clone())).collect(), true)
        }
        FileKind::Pe32 | FileKind::Pe64 => {
            let pe = Pe::read(&content, &limits).ok()?;
            let sections = pe.sections.iter();
            (sections.map(|it| section(&it.name, it.range.clone())).collect(), true)
        }
        FileKind::MachO32 | FileKind::MachO64 => {
            let sections = MachO::read(&content, &limits).ok()?.sections(&content).ok()?;
            let sections = sections.iter();
            (sections.map(|it| section(&it.name, it.range.clone())).collect(), false)
        }
        _ => return None,
    };
    Some(Sections { list, is_whole })
}

fn theirs(kind: FileKind, bytes: &[u8]) -> Option<Sections> {
    match kind {
        FileKind::Pe32 => Some(pe_sections(&PeFile32::parse(bytes).ok()?)),
        FileKind::Pe64 => Some(pe_sections(&PeFile64::parse(bytes).ok()?)),
        _ => Some(sections(&File::parse(bytes).ok()?)),
    }
}

/// By the table itself: what `object` calls the range of a section in the file is no longer than in memory.
fn pe_sections<'data, Pe: ImageNtHeaders>(file: &PeFile<'data, Pe>) -> Sections {
    let mut found = Sections {
        list: Vec::new(),
        is_whole: true,
    };
    for section in file.sections() {
        let header = section.pe_section();
        let place = (
            header.pointer_to_raw_data.get(LE).into(),
            header.size_of_raw_data.get(LE).into(),
        );
        let is_number = !header.name.starts_with(b"/\0") && !header.name.starts_with(b"//\0");
        let name = section.name_bytes().ok().filter(|_| is_number);
        found.add(name, Some(place));
    }
    found
}

fn sections(file: &File<'_>) -> Sections {
    let mut found = Sections {
        list: Vec::new(),
        is_whole: true,
    };
    for section in file.sections() {
        let name = section.name_bytes().ok();
        let segment = section.segment_name_bytes().ok().flatten();
        let whole = name.map(|name| match segment {
            Some(segment) => [segment, b",", name].concat(),
            None => name.to_vec(),
        });
        let place = section.file_range();
        // In a Mach-O file a section at 0 has no bytes.
        found.add(
            whole.as_deref(),
            place.filter(|(start, _)| segment.is_none() || *start > 0),
        );
    }
    found
}

impl Sections {
    /// A section with a place in the file; one whose name is not to be compared makes the list less than whole.
    fn add(&mut self, name: Option<&[u8]>, place: Option<(u64, u64)>) {
        let Some((start, length)) = place else { return };
        match name.filter(|name| name.len() <= LONGEST_NAME_BYTES) {
            // A place beyond all numbers is cut off.
            Some(name) => self.list.push((escape(name), start, length.min(u64::MAX - start))),
            None => self.is_whole = false,
        }
    }
}
