//! Inspects a PE file.

use binary_formats::content::Content;
use binary_formats::macho::signature::Pages;
use binary_formats::pe::{DELAYED_IMPORTS, IMPORTS, Pe};
use binary_formats::{Block, Context, MapFailure, malformed, until_nul};
use untrusted_input::spelling::escape;

use crate::contents;
use crate::image::{Image, ImageKind, Linkage, Packer, Signature, names};

const IMAGE_FILE_EXECUTABLE: u16 = 0x2;
const IMAGE_FILE_DLL: u16 = 0x2000;
/// The import tables: length of an entry, and offset in it of the address of the library's name.
const IMPORT_TABLES: [(usize, usize, usize); 2] = [(IMPORTS, 20, 12), (DELAYED_IMPORTS, 32, 4)];
/// Flags of `DllCharacteristics`, sorted by name.
const HARDENING: [(&str, u16); 5] = [
    ("DYNAMIC_BASE", 0x40),
    ("FORCE_INTEGRITY", 0x80),
    ("GUARD_CF", 0x4000),
    ("HIGH_ENTROPY_VA", 0x20),
    ("NX_COMPAT", 0x100),
];
/// Upper limit on imported libraries; no program has as many.
const MOST_IMPORTS: u64 = 4096;
const LONGEST_NAME_BYTES: usize = 256;
/// Values of `Machine`, and the architecture's name in Rust target triples.
const MACHINES: [(u16, &str); 4] = [(0x14c, "i686"), (0x1c4, "arm"), (0x8664, "x86_64"), (0xaa64, "aarch64")];

pub(super) fn inspect(content: &Content, context: &mut Context) -> Result<Image, MapFailure> {
    let pe = Pe::read(content, &context.limits)?;
    let name = MACHINES.iter().find(|(machine, _)| *machine == pe.machine);
    let libraries = libraries(content, &pe)?;
    let mut image = Image {
        architecture: name.map_or_else(|| format!("machine {:#x}", pe.machine), |(_, name)| (*name).to_owned()),
        packer: packer(&pe),
        kind: match pe.characteristics {
            flags if flags & IMAGE_FILE_DLL != 0 => ImageKind::SharedLibrary,
            flags if flags & IMAGE_FILE_EXECUTABLE != 0 => ImageKind::Executable,
            _ => ImageKind::Other,
        },
        system: matches!(pe.subsystem, 2 | 3).then(|| "Windows".into()),
        least_system_version: Some(format!("{}.{}", pe.major_subsystem_version, pe.minor_subsystem_version)),
        linkage: if libraries.is_empty() {
            Linkage::Static
        } else {
            Linkage::Dynamic
        },
        libraries,
        hardening: names(&HARDENING.map(|(name, flag)| (name, pe.dll_characteristics & flag != 0))),
        link_time_secs: Some(pe.time_secs.into()),
        signature: pe.certificates().map(|range| Signature {
            has_certificate: true,
            identifier: None,
            team: None,
            size_bytes: range.end - range.start,
            pages: Pages::NotChecked,
        }),
        ..Image::default()
    };
    let sections = pe.sections.iter().map(|section| contents::Section {
        name: &section.name,
        range: section.range.clone(),
    });
    contents::add(&mut image, content, &sections.collect::<Vec<_>>(), context)?;
    Ok(image)
}

/// UPX unpacks from its second section into its first.
fn packer(pe: &Pe) -> Option<Packer> {
    let names = pe.sections.iter().map(|section| section.name.as_str());
    names.take(2).eq(["UPX0", "UPX1"]).then_some(Packer::Upx)
}

/// The distinct names in the import tables, in their order.
fn libraries(content: &Content, pe: &Pe) -> Result<Vec<String>, MapFailure> {
    let mut libraries = Vec::new();
    for (table, entry_bytes, name_at) in IMPORT_TABLES {
        let directory = pe.directories.get(table);
        if directory.is_none_or(|directory| directory.address == 0) {
            continue;
        }
        let nowhere = || malformed("its imports are not in any of its sections");
        let start = pe.directory(table).ok_or_else(nowhere)?.start;
        for index in 0..MOST_IMPORTS {
            let entry = Block::read(content, start + index * entry_bytes as u64, entry_bytes)?;
            let name = match entry.u32(name_at)? {
                0 => break,
                address => pe.offset(address).ok_or_else(nowhere)?,
            };
            let name = escape(until_nul(&content.bytes(name, LONGEST_NAME_BYTES)?));
            if !libraries.contains(&name) {
                libraries.push(name);
            }
        }
    }
    Ok(libraries)
}
