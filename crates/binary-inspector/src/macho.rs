//! Inspects a Mach-O file, one architecture at a time.

use binary_formats::content::Content;
use binary_formats::macho::{
    self, LC_BUILD_VERSION, LC_DYLIBS, LC_LOAD_DYLINKER, LC_UUID, LC_VERSION_MIN_MACOSX, MachO, signature,
};
use binary_formats::{Block, Context, MapFailure, malformed, until_nul};
use untrusted_input::spelling::escape;

use crate::contents;
use crate::image::{Image, ImageKind, Linkage, Packer, Signature, names};

/// Values of `platform` in `LC_BUILD_VERSION`.
const PLATFORMS: [(u32, &str); 6] = [
    (1, "macOS"),
    (2, "iOS"),
    (3, "tvOS"),
    (4, "watchOS"),
    (6, "Mac Catalyst"),
    (7, "iOS simulator"),
];
/// Values of `cpusubtype` (without its feature bits) that not every processor of the type supports.
const LEVELS: [(u32, u32, &str); 2] = [(0x0100_0007, 8, "x86_64h (Haswell)"), (0x0100_000c, 2, "arm64e")];
const SUBTYPE_MASK: u32 = 0x00ff_ffff;
/// Bits of `flags` in the header.
const MH_PIE: u32 = 0x20_0000;
const MH_NO_HEAP_EXECUTION: u32 = 0x100_0000;

pub(super) fn inspect(content: &Content, context: &mut Context) -> Result<Vec<Image>, MapFailure> {
    let slices = macho::slices(content)?;
    if slices.is_empty() {
        return Ok(vec![image(content, context)?]);
    }
    // NB: overlapping images would let a small file take the time of forty large ones.
    let mut ranges: Vec<_> = slices.iter().map(|slice| &slice.range).collect();
    ranges.sort_by_key(|range| range.start);
    if ranges.windows(2).any(|pair| pair[0].end > pair[1].start) {
        return Err(malformed("its images overlap"));
    }
    slices
        .into_iter()
        .map(|slice| image(&content.slice(slice.range), context))
        .collect()
}

fn image(content: &Content, context: &mut Context) -> Result<Image, MapFailure> {
    let macho = MachO::read(content, &context.limits)?;
    let mut image = Image {
        architecture: match macho::cpu_name(macho.cpu_type).as_str() {
            "arm64" => "aarch64".into(),
            "i386" => "i686".into(),
            other => other.into(),
        },
        kind: match macho.file_type {
            1 => ImageKind::Object,
            2 => ImageKind::Executable,
            6 | 8 => ImageKind::SharedLibrary,
            _ => ImageKind::Other,
        },
        hardening: names(&[
            ("NO_HEAP_EXECUTION", macho.flags & MH_NO_HEAP_EXECUTION != 0),
            ("PIE", macho.flags & MH_PIE != 0),
        ]),
        cpu_level: cpu_level(&macho),
        ..Image::default()
    };
    for command in &macho.commands {
        add_command(&mut image, command.kind, &macho.block(content, command)?)?;
    }
    if image.interpreter.is_some() || !image.libraries.is_empty() {
        image.linkage = Linkage::Dynamic;
    }
    image.signature = signature(content, &macho)?;
    let sections = macho.sections(content)?;
    image.packer = packer(content, &sections)?;
    let sections = sections.iter().map(|section| contents::Section {
        name: section.name.rsplit(',').next().unwrap_or_default(),
        range: section.range.clone(),
    });
    contents::add(&mut image, content, &sections.collect::<Vec<_>>(), context)?;
    Ok(image)
}

/// UPX's one section begins with its header: a checksum, then the magic.
fn packer(content: &Content, sections: &[macho::Section]) -> Result<Option<Packer>, MapFailure> {
    let Some(section) = sections.iter().find(|section| section.name == "__TEXT,upxTEXT") else {
        return Ok(None);
    };
    let header = content.bytes(section.range.start, 8)?;
    Ok(header.ends_with(b"UPX!").then_some(Packer::Upx))
}

/// Adds what a load command records.
fn add_command(image: &mut Image, kind: u32, block: &Block) -> Result<(), MapFailure> {
    match kind {
        LC_BUILD_VERSION => {
            let platform = block.u32(8)?;
            let name = PLATFORMS.iter().find(|(number, _)| *number == platform);
            image.system = name.map(|(_, name)| (*name).to_owned());
            image.least_system_version = Some(version(block.u32(12)?));
        }
        LC_VERSION_MIN_MACOSX => {
            image.system = Some("macOS".into());
            image.least_system_version = Some(version(block.u32(8)?));
        }
        LC_UUID => image.build_id = Some(uuid(block.get(8, 16)?)),
        LC_LOAD_DYLINKER => image.interpreter = Some(text(block)?),
        kind if LC_DYLIBS.contains(&kind) => image.libraries.push(text(block)?),
        _ => {}
    }
    Ok(())
}

fn cpu_level(macho: &MachO) -> Option<String> {
    let cpu = (macho.cpu_type, macho.cpu_subtype & SUBTYPE_MASK);
    let level = LEVELS.iter().find(|(of, subtype, _)| (*of, *subtype) == cpu);
    level.map(|(_, _, name)| (*name).to_owned())
}

fn signature(content: &Content, macho: &MachO) -> Result<Option<Signature>, MapFailure> {
    let Some(range) = macho.code_signature(content)? else {
        return Ok(None);
    };
    let signature = signature::read(content, &range)?;
    Ok(Some(Signature {
        has_certificate: signature.has_certificate,
        identifier: Some(signature.identifier),
        team: signature.team,
        size_bytes: range.end - range.start,
        pages: signature::pages(content, &range)?,
    }))
}

/// The text of a command, at the offset in its third word.
fn text(block: &Block) -> Result<String, MapFailure> {
    let at = block.u32(8)? as usize;
    let length = block.bytes().len().saturating_sub(at);
    Ok(escape(until_nul(block.get(at, length)?)))
}

/// Formats a UUID as dwarfdump does: `AABBCCDD-…`.
fn uuid(bytes: &[u8]) -> String {
    let digits = hex::encode_upper(bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    parts.join("-")
}

/// Formats a version as `11.0` or `10.14.6`.
fn version(packed: u32) -> String {
    let (major, minor, patch) = (packed >> 16, (packed >> 8) & 0xff, packed & 0xff);
    match patch {
        0 => format!("{major}.{minor}"),
        patch => format!("{major}.{minor}.{patch}"),
    }
}
