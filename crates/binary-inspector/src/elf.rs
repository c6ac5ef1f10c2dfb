//! Inspects an ELF file by its segments, which remain even if sections were stripped.

use binary_formats::content::Content;
use binary_formats::elf::{Elf, NT_GNU_BUILD_ID, Note};
use binary_formats::{Block, Context, Limits, MapFailure, malformed, until_nul};
use untrusted_input::spelling::escape;

use crate::contents::{self, Section};
use crate::image::{Image, ImageKind, Linkage, Packer, names};
use crate::{attributes, systems};

/// Segment types (`p_type`).
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_INTERP: u32 = 3;
const PT_NOTE: u32 = 4;
const PT_GNU_STACK: u32 = 0x6474_e551;
const PT_GNU_RELRO: u32 = 0x6474_e552;
const PT_GNU_PROPERTY: u32 = 0x6474_e553;
/// Bit of `p_flags`: executable.
const PF_X: u32 = 1;
/// Tags of the dynamic section (`d_tag`).
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_RPATH: u64 = 15;
const DT_BIND_NOW: u64 = 24;
const DT_RUNPATH: u64 = 29;
const DT_FLAGS: u64 = 30;
const DT_FLAGS_1: u64 = 0x6fff_fffb;
const DT_VERNEED: u64 = 0x6fff_fffe;
const DT_VERNEEDNUM: u64 = 0x6fff_ffff;
const DF_BIND_NOW: u64 = 8;
const DF_1_NOW: u64 = 1;
const DF_1_PIE: u64 = 0x0800_0000;
/// Upper limit on entries of the dynamic section, and on required versions.
const MOST_ENTRIES: u64 = 4096;
const LONGEST_TEXT_BYTES: usize = 4096;
/// Values of `e_machine`, and the architecture's name in Rust target triples.
const MACHINES: [(u16, &str); 13] = [
    (3, "i686"),
    (8, "mips"),
    (20, "powerpc"),
    (21, "powerpc64"),
    (22, "s390x"),
    (40, "arm"),
    (43, "sparc64"),
    (62, "x86_64"),
    (183, "aarch64"),
    (243, "riscv"),
    (247, "bpf"),
    (252, "hexagon"),
    (258, "loongarch"),
];
const X86: [u16; 2] = [3, 62];
const MIPS: u16 = 8;

pub(super) fn inspect(content: &Content, context: &mut Context) -> Result<Image, MapFailure> {
    let elf = Elf::read(content, &context.limits)?;
    let dynamic = Dynamic::read(content, &elf)?;
    let interpreter = interpreter(content, &elf)?;
    let libraries = dynamic.texts(content, &[DT_NEEDED])?;
    let search_paths = dynamic.texts(content, &[DT_RPATH, DT_RUNPATH])?;
    let least_glibc = dynamic.least_glibc(content, &elf)?;
    let kind = kind(&elf, &dynamic, interpreter.is_some());
    let notes = notes(content, &elf, &context.limits)?;
    let system = systems::system(&elf, &notes, interpreter.as_deref());
    let cpu_level = cpu_level(content, &elf, &notes)?;
    let compilers = compilers(content, &elf)?;
    let mut image = Image {
        architecture: architecture(&elf),
        packer: packer(content, &elf)?,
        kind,
        system: system.name,
        least_system_version: system.least_version,
        compilers,
        linkage: if interpreter.is_some() || !libraries.is_empty() {
            Linkage::Dynamic
        } else {
            Linkage::Static
        },
        interpreter,
        libraries,
        search_paths,
        hardening: hardening(&elf, &dynamic, kind),
        build_id: build_id(&notes),
        least_glibc,
        cpu_level,
        ..Image::default()
    };
    let sections = elf.sections.iter().map(|section| Section {
        name: &section.name,
        range: section.range.clone(),
    });
    contents::add(&mut image, content, &sections.collect::<Vec<_>>(), context)?;
    Ok(image)
}

/// UPX writes its own header right behind the program headers: a checksum, then the magic.
fn packer(content: &Content, elf: &Elf) -> Result<Option<Packer>, MapFailure> {
    let header = content.bytes(elf.program_headers().end, 8)?;
    Ok(header.ends_with(b"UPX!").then_some(Packer::Upx))
}

/// The dynamic loader; the last one if there are several.
fn interpreter(content: &Content, elf: &Elf) -> Result<Option<String>, MapFailure> {
    let mut interpreter = None;
    for segment in elf.segments.iter().filter(|it| it.kind == PT_INTERP) {
        interpreter = Some(text(content, segment.range.start)?);
    }
    Ok(interpreter)
}

fn kind(elf: &Elf, dynamic: &Dynamic, has_interpreter: bool) -> ImageKind {
    match elf.kind {
        1 => ImageKind::Object,
        2 => ImageKind::Executable,
        3 if dynamic.has_flag(DT_FLAGS_1, DF_1_PIE) || has_interpreter => ImageKind::Executable,
        3 => ImageKind::SharedLibrary,
        _ => ImageKind::Other,
    }
}

fn hardening(elf: &Elf, dynamic: &Dynamic, kind: ImageKind) -> Vec<String> {
    let segment = |kind| elf.segments.iter().find(|segment| segment.kind == kind);
    let binds_now = dynamic.has_flag(DT_FLAGS, DF_BIND_NOW)
        || dynamic.has_flag(DT_FLAGS_1, DF_1_NOW)
        || dynamic.all(DT_BIND_NOW).next().is_some();
    let stack = segment(PT_GNU_STACK);
    names(&[
        ("BIND_NOW", binds_now),
        ("NX_STACK", stack.is_some_and(|it| it.flags & PF_X == 0)),
        ("PIE", elf.kind == 3 && kind == ImageKind::Executable),
        ("RELRO", segment(PT_GNU_RELRO).is_some()),
    ])
}

/// The notes of all note segments.
fn notes(content: &Content, elf: &Elf, limits: &Limits) -> Result<Vec<Note>, MapFailure> {
    let segments = elf.segments.iter();
    let notes = segments.filter(|it| matches!(it.kind, PT_NOTE | PT_GNU_PROPERTY));
    let notes = notes.map(|segment| segment.range.clone());
    elf.all_notes(content, notes, limits)
}

fn build_id(notes: &[Note]) -> Option<String> {
    let is_build_id = |note: &&Note| note.name == b"GNU" && note.kind == NT_GNU_BUILD_ID;
    let note = notes.iter().find(is_build_id)?;
    Some(hex::encode(&note.value))
}

/// The compilers and the linker named in `.comment`.
fn compilers(content: &Content, elf: &Elf) -> Result<Vec<String>, MapFailure> {
    let Some(section) = elf.section(".comment") else {
        return Ok(Vec::new());
    };
    let length = (section.range.end - section.range.start).min(64 * 1024);
    let bytes = content.bytes(section.range.start, length as usize)?;
    let texts = bytes.split(|byte| *byte == 0).filter(|it| !it.is_empty());
    Ok(texts.map(escape).collect())
}

fn architecture(elf: &Elf) -> String {
    let name = MACHINES.iter().find(|(machine, _)| *machine == elf.machine);
    let Some((_, name)) = name else {
        return format!("e_machine {}", elf.machine);
    };
    match (*name, elf.is_64, elf.big_endian) {
        ("mips", false, false) => "mipsel".into(),
        ("mips", true, true) => "mips64".into(),
        ("mips", true, false) => "mips64el".into(),
        ("powerpc64", _, false) => "powerpc64le".into(),
        ("aarch64", _, true) => "aarch64_be".into(),
        ("arm", _, true) => "armeb".into(),
        ("x86_64", false, _) => "x86_64 (x32)".into(),
        ("riscv" | "loongarch", is_64, _) => format!("{name}{}", if is_64 { 64 } else { 32 }),
        (name, ..) => name.into(),
    }
}

/// The NUL-terminated text at an offset.
fn text(content: &Content, at: u64) -> Result<String, MapFailure> {
    let bytes = content.bytes(at, LONGEST_TEXT_BYTES)?;
    Ok(escape(until_nul(&bytes)))
}

fn cpu_level(content: &Content, elf: &Elf, notes: &[Note]) -> Result<Option<String>, MapFailure> {
    if X86.contains(&elf.machine) {
        return Ok(attributes::x86_level(elf, notes));
    }
    if elf.machine == MIPS {
        return Ok(attributes::mips_level(elf.flags));
    }
    let sections = [".ARM.attributes", ".riscv.attributes"];
    match sections.iter().find_map(|name| elf.section(name)) {
        Some(section) => {
            let bytes = content.slice(section.range.clone()).bytes(0, 64 * 1024)?;
            Ok(attributes::attribute(&bytes, elf.big_endian))
        }
        None => Ok(None),
    }
}

/// The dynamic section; empty if there is none.
#[derive(Default)]
struct Dynamic {
    entries: Vec<(u64, u64)>,
    /// File offset of its string table.
    strings: u64,
}

impl Dynamic {
    fn read(content: &Content, elf: &Elf) -> Result<Self, MapFailure> {
        let Some(segment) = elf.segments.iter().find(|it| it.kind == PT_DYNAMIC) else {
            return Ok(Self::default());
        };
        let word: usize = if elf.is_64 { 8 } else { 4 };
        let mut entries = Vec::new();
        for index in 0..MOST_ENTRIES {
            let at = segment.range.start.saturating_add(index * 2 * word as u64);
            if at.saturating_add(2 * word as u64) > segment.range.end {
                break;
            }
            let entry = Block::read(content, at, 2 * word)?.with_endianness(elf.big_endian);
            match entry.number(0, word)? {
                0 => break,
                tag => entries.push((tag, entry.number(word, word)?)),
            }
        }
        let address = entries.iter().find(|(tag, _)| *tag == DT_STRTAB);
        let strings = match address {
            Some((_, address)) => offset(elf, *address)?,
            None => 0,
        };
        Ok(Self { entries, strings })
    }

    fn all(&self, tag: u64) -> impl Iterator<Item = u64> {
        self.entries
            .iter()
            .filter(move |entry| entry.0 == tag)
            .map(|entry| entry.1)
    }

    /// Whether an entry with this tag has the flag.
    fn has_flag(&self, tag: u64, flag: u64) -> bool {
        self.all(tag).any(|flags| flags & flag != 0)
    }

    /// The texts that the entries with these tags refer to.
    fn texts(&self, content: &Content, tags: &[u64]) -> Result<Vec<String>, MapFailure> {
        self.entries
            .iter()
            .filter(|(tag, _)| tags.contains(tag))
            .map(|(_, offset)| text(content, self.strings.saturating_add(*offset)))
            .collect()
    }

    /// The highest `GLIBC_` version that is required.
    fn least_glibc(&self, content: &Content, elf: &Elf) -> Result<Option<String>, MapFailure> {
        let (Some(address), Some(count)) = (self.all(DT_VERNEED).next(), self.all(DT_VERNEEDNUM).next()) else {
            return Ok(None);
        };
        let mut versions: Vec<Vec<u32>> = Vec::new();
        let mut left = MOST_ENTRIES;
        let mut need_at = offset(elf, address)?;
        for _ in 0..count.min(MOST_ENTRIES) {
            let need = Block::read(content, need_at, 16)?.with_endianness(elf.big_endian);
            let mut at = need_at.saturating_add(need.u32(8)?.into());
            for _ in 0..need.u16(2)? {
                left = left
                    .checked_sub(1)
                    .ok_or_else(|| malformed("it needs too many versions"))?;
                let version = Block::read(content, at, 16)?.with_endianness(elf.big_endian);
                let name = self.strings.saturating_add(version.u32(8)?.into());
                let name = text(content, name)?;
                let numbers = name.strip_prefix("GLIBC_").map(numbers);
                versions.extend(numbers.flatten());
                at = at.saturating_add(version.u32(12)?.into());
            }
            need_at = need_at.saturating_add(need.u32(12)?.into());
        }
        let highest = versions.into_iter().max();
        Ok(highest.map(|numbers| {
            let numbers: Vec<_> = numbers.iter().map(u32::to_string).collect();
            numbers.join(".")
        }))
    }
}

/// Parses a version such as `2.17`; `None` for `PRIVATE`.
fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|number| number.parse().ok()).collect()
}

/// File offset of the byte at an address.
fn offset(elf: &Elf, address: u64) -> Result<u64, MapFailure> {
    elf.segments
        .iter()
        .filter(|segment| segment.kind == PT_LOAD)
        .find_map(|segment| {
            let at = segment.range.start.checked_add(address.checked_sub(segment.address)?)?;
            segment.range.contains(&at).then_some(at)
        })
        .ok_or_else(|| malformed(format!("no segment has the address {address:#x}")))
}
