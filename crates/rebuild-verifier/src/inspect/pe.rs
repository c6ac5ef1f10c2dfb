//! What a PE file says.

use super::{Image, Kind, Linkage, Signature, dependencies};
use crate::content::Content;
use crate::formats::pe::{IMPORTS, Pe};
use crate::formats::{Block, Context, DEPENDENCIES_SECTION, Failure, until_nul};
use crate::path::escape;

const IMAGE_FILE_EXECUTABLE: u16 = 0x2;
const IMAGE_FILE_DLL: u16 = 0x2000;
const IMPORT_BYTES: usize = 20;
/// More libraries than any program has.
const MOST_IMPORTS: u64 = 4096;
/// `Machine`, and the architecture's name in Rust's triples.
const MACHINES: [(u16, &str); 4] = [
    (0x14c, "i686"),
    (0x1c4, "arm"),
    (0x8664, "x86_64"),
    (0xaa64, "aarch64"),
];

pub(super) fn inspect(content: &Content, context: &mut Context) -> Result<Image, Failure> {
    let pe = Pe::read(content, &context.limits)?;
    let name = MACHINES.iter().find(|(machine, _)| *machine == pe.machine);
    let libraries = libraries(content, &pe)?;
    let dependencies = pe
        .sections
        .iter()
        .find(|section| section.name == DEPENDENCIES_SECTION)
        .map(|section| dependencies::read(&content.slice(section.range.clone()), context))
        .transpose()?;
    let (major, minor) = pe.subsystem_version;
    Ok(Image {
        architecture: name.map_or_else(
            || format!("machine {:#x}", pe.machine),
            |(_, name)| (*name).to_owned(),
        ),
        kind: match pe.characteristics {
            flags if flags & IMAGE_FILE_DLL != 0 => Kind::SharedLibrary,
            flags if flags & IMAGE_FILE_EXECUTABLE != 0 => Kind::Executable,
            _ => Kind::Other,
        },
        system: matches!(pe.subsystem, 2 | 3).then(|| "Windows".into()),
        least_system_version: Some(format!("{major}.{minor}")),
        linkage: if libraries.is_empty() {
            Linkage::Static
        } else {
            Linkage::Dynamic
        },
        libraries,
        dependencies,
        signature: pe.certificates().map(|range| Signature {
            has_certificate: true,
            identifier: None,
            team: None,
            size_bytes: range.end - range.start,
        }),
        ..Image::default()
    })
}

/// The names in the import directory, in its order.
fn libraries(content: &Content, pe: &Pe) -> Result<Vec<String>, Failure> {
    let mut libraries = Vec::new();
    let Some((at, _)) = pe.directory(IMPORTS) else {
        return Ok(libraries);
    };
    for index in 0..MOST_IMPORTS {
        let entry = Block::read(content, at + index * IMPORT_BYTES as u64, IMPORT_BYTES)?;
        let name = entry.u32(12)?;
        let Some(name_at) = pe.offset(name).filter(|_| name != 0) else {
            break;
        };
        let bytes = content.bytes(name_at, 256)?;
        libraries.push(escape(until_nul(&bytes)));
    }
    Ok(libraries)
}
