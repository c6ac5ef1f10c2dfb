//! The crate `goblin` as a reader.

use binary_formats::macho::cpu_name;
use goblin::archive::Archive;
use goblin::elf::Elf;
use goblin::elf::section_header::SHT_NOBITS;
use goblin::mach::header::{MH_CIGAM_64, MH_MAGIC_64};
use goblin::mach::load_command::{LC_SEGMENT, LC_SEGMENT_64};
use goblin::mach::{Mach, MachO};
use goblin::pe::header::{Header, SIZEOF_COFF_HEADER, SIZEOF_PE_MAGIC};

use super::{comparable, is_index};
use crate::part::Parts;

pub(super) fn elf(bytes: &[u8]) -> Option<Parts> {
    let elf = Elf::parse(bytes).ok()?;
    // `goblin` ignores the size of section headers that the header gives.
    let header_bytes = if elf.is_64 { 64 } else { 40 };
    if !elf.section_headers.is_empty() && elf.header.e_shentsize != header_bytes {
        return None;
    }
    // `goblin` reads names from a section without bytes in the file.
    let names = elf.section_headers.get(usize::from(elf.header.e_shstrndx));
    let has_names = names.is_none_or(|names| names.sh_type != SHT_NOBITS);
    let mut found = Parts::new();
    // The first section header describes no section.
    for section in elf.section_headers.iter().skip(1) {
        if section.sh_type != SHT_NOBITS {
            let name = elf.shdr_strtab.get_at(section.sh_name);
            let name = name.filter(|_| has_names).map(str::as_bytes).and_then(comparable);
            found.add(name, section.sh_offset, section.sh_size);
        }
    }
    Some(found)
}

pub(super) fn pe(bytes: &[u8]) -> Option<Parts> {
    // Only the headers are read. The section table does not depend on the directories.
    let header = Header::parse(bytes).ok()?;
    let coff = header.coff_header;
    let optional_at = header.dos_header.pe_pointer as usize + SIZEOF_PE_MAGIC + SIZEOF_COFF_HEADER;
    let mut at = optional_at + usize::from(coff.size_of_optional_header);
    let mut found = Parts::new();
    for section in coff.sections(bytes, &mut at).ok()? {
        // `goblin` looks up a numeric name even if there is no string table.
        let is_number = section.name[0] == b'/';
        let has_table = coff.pointer_to_symbol_table != 0 && section.real_name.is_some();
        let name = section.name().ok().filter(|_| has_table || !is_number);
        let name = name.map(str::as_bytes).and_then(comparable);
        let (start, length) = (section.pointer_to_raw_data, section.size_of_raw_data);
        found.add(name, start.into(), length.into());
    }
    Some(found)
}

pub(super) fn macho(bytes: &[u8]) -> Option<Parts> {
    match Mach::parse(bytes).ok()? {
        Mach::Binary(image) => sections(&image),
        Mach::Fat(file) => {
            let mut found = Parts::new();
            for image in file.iter_arches() {
                let image = image.ok()?;
                let name = cpu_name(image.cputype);
                found.add(Some(name.as_bytes()), image.offset.into(), image.size.into());
            }
            Some(found)
        }
    }
}

fn sections(image: &MachO<'_>) -> Option<Parts> {
    // `goblin` reads every segment by the class of the image, whatever its load command is.
    let is_64 = matches!(image.header.magic, MH_MAGIC_64 | MH_CIGAM_64);
    let command = if is_64 { LC_SEGMENT_64 } else { LC_SEGMENT };
    if image.segments.iter().any(|segment| segment.cmd != command) {
        return None;
    }
    let mut found = Parts::new();
    for segment in &image.segments {
        for (section, _) in segment.sections().ok()? {
            let names = section.segname().ok().zip(section.name().ok());
            let whole = names.map(|(segment, section)| format!("{segment},{section}"));
            let name = whole.as_deref().map(str::as_bytes);
            // A section at offset 0 has no bytes.
            if section.offset > 0 {
                found.add(name, section.offset.into(), section.size);
            }
        }
    }
    Some(found)
}

pub(super) fn ar(bytes: &[u8]) -> Option<Parts> {
    let archive = Archive::parse(bytes).ok()?;
    let mut found = Parts::new();
    for member in (0..archive.len()).filter_map(|index| archive.get_at(index)) {
        let (field, name) = (member.raw_name().trim_end_matches(' '), member.extended_name());
        if is_index(field.as_bytes()) || is_index(name.as_bytes()) {
            continue;
        }
        let name = name.as_bytes();
        let is_alike = ends_alike(field) && !name.contains(&0);
        let name = is_alike.then_some(name);
        found.add(name, member.offset, member.size() as u64);
    }
    Some(found)
}

/// Whether `goblin` ends a name where others do. It does not if there is more after a slash, or if the text after a
/// leading slash is no number. It does not know that Windows tools end long names with NUL.
fn ends_alike(field: &str) -> bool {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    let is_in_table = field.strip_prefix('/').is_some_and(is_number);
    let plain = field.strip_suffix('/').unwrap_or(field);
    is_in_table || field.starts_with("#1/") || !plain.contains('/')
}
