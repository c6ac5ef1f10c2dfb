//! The crate `object` as a reader.

use binary_formats::macho::cpu_name;
use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::read::pe::{ImageNtHeaders, PeFile, PeFile32, PeFile64};
use object::{File, FileKind, LittleEndian, Object, ObjectSection};

use super::{comparable, is_index};
use crate::part::Parts;

pub(super) fn elf(bytes: &[u8]) -> Option<Parts> {
    match FileKind::parse(bytes).ok()? {
        FileKind::Elf32 | FileKind::Elf64 => Some(sections(&File::parse(bytes).ok()?)),
        _ => None,
    }
}

fn sections(file: &File<'_>) -> Parts {
    let mut found = Parts::new();
    for section in file.sections() {
        let Some((start, length)) = section.file_range() else {
            continue;
        };
        let name = section.name_bytes().ok();
        match section.segment_name_bytes().ok().flatten() {
            // In a Mach-O file a section at offset 0 has no bytes. Offsets beyond 4 GiB are guesses.
            Some(_) if start == 0 || start > u32::MAX.into() => {}
            Some(segment) => {
                let whole = name.map(|name| [segment, b",", name].concat());
                found.add(whole.as_deref(), start, length);
            }
            None => found.add(name.and_then(comparable), start, length),
        }
    }
    found
}

pub(super) fn pe(bytes: &[u8]) -> Option<Parts> {
    match FileKind::parse(bytes).ok()? {
        FileKind::Pe32 => Some(table(&PeFile32::parse(bytes).ok()?)),
        FileKind::Pe64 => Some(table(&PeFile64::parse(bytes).ok()?)),
        _ => None,
    }
}

/// Reads the table itself, because `object` limits the range of a section in the file to its size in memory.
fn table<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>) -> Parts {
    let mut found = Parts::new();
    for section in file.sections() {
        let header = section.pe_section();
        let is_number = header.name.starts_with(b"/\0") || header.name.starts_with(b"//\0");
        let name = section.name_bytes().ok().filter(|_| !is_number);
        let start = header.pointer_to_raw_data.get(LittleEndian);
        let length = header.size_of_raw_data.get(LittleEndian);
        found.add(name.and_then(comparable), start.into(), length.into());
    }
    found
}

pub(super) fn macho(bytes: &[u8]) -> Option<Parts> {
    match FileKind::parse(bytes).ok()? {
        FileKind::MachO32 | FileKind::MachO64 => {
            let mut found = sections(&File::parse(bytes).ok()?);
            // `object` recognises sections without bytes by their type, and this project by their offset.
            found.are_all = false;
            Some(found)
        }
        FileKind::MachOFat32 => Some(images(MachOFatFile32::parse(bytes).ok()?.arches())),
        FileKind::MachOFat64 => Some(images(MachOFatFile64::parse(bytes).ok()?.arches())),
        _ => None,
    }
}

fn images(list: &[impl FatArch]) -> Parts {
    let mut found = Parts::new();
    for image in list {
        let (start, length) = image.file_range();
        found.add(Some(cpu_name(image.cputype().0).as_bytes()), start, length);
    }
    found
}

pub(super) fn ar(bytes: &[u8]) -> Option<Parts> {
    let archive = ArchiveFile::parse(bytes).ok()?;
    let mut found = Parts::new();
    for member in archive.members() {
        let member = member.ok()?;
        if is_index(member.name()) {
            continue;
        }
        let (start, length) = member.file_range();
        // `object` ends a name without a slash at a blank.
        let field = member.header()?.name;
        let mut after_blank = field.iter().skip_while(|byte| **byte != b' ');
        let is_cut = !field.contains(&b'/') && after_blank.any(|byte| *byte != b' ');
        found.add(Some(member.name()).filter(|_| !is_cut), start, length);
    }
    Some(found)
}
