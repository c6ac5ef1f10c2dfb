//! ELF programs that record everything: the build, libraries, compilers and dependencies.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::Bytes;
use crate::elf::{Elf, NOTE, PROGBITS};

/// The commit in the stamp.
pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// The commit of the compiler, in a path of its standard library.
pub const COMMIT_OF_RUSTC: &str = "4d91de4e48198da2e33413efdcd9cd2cc0c46688";

/// The stamp that `build-info` writes into a program.
pub fn stamp() -> String {
    format!(
        "\0samebits-build-info-v1\0{{\"name\":\"server\",\"version\":\"0.1.0\",\"revision\":\"{COMMIT}\",\"dirty\":false,\
         \"source_date_epoch\":1700000000,\"target\":\"x86_64-unknown-linux-gnu\",\"toolchain\":\"rustc 1.85.0\",\
         \"version_from\":\"cargo\",\"profile\":\"release\",\"features\":[\"default\",\"tls\"]}}\0"
    )
}

/// A list of dependencies as cargo-auditable packs it.
///
/// # Panics
/// Never, because writing to memory cannot fail.
pub fn dependencies(json: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(json.as_bytes());
    written.and_then(|()| encoder.finish()).expect("memory takes it")
}

/// A program with everything that an ELF file can record.
pub fn elf(dependencies: Vec<u8>, text: &str) -> Vec<u8> {
    let mut property = Bytes::default();
    property.u32(0xc000_8002).u32(4).u32(0b0111).u32(0);
    let shape = Elf {
        machine: 62,
        ..Elf::default()
    };
    dynamic_elf(
        shape,
        "/lib64/ld-linux-x86-64.so.2",
        &[
            (".note.gnu.property", "GNU", 5, property.0),
            (".note.ABI-tag", "GNU", 1, [0, 3, 2, 0].map(u32::to_le_bytes).concat()),
            (".note.gnu.build-id", "GNU", 3, vec![7; 20]),
        ],
        &[
            (".comment", b"rustc version 1.85.0\0Linker: LLD 20.1.2\0".to_vec()),
            (".rodata", text.into()),
            (".dep-v0", dependencies),
        ],
    )
}

/// A section with one note: its name, and the owner, type and descriptor of the note.
pub type Note<'a> = (&'static str, &'a str, usize, Vec<u8>);

/// The names in `.dynstr` of `dynamic_elf`.
const STRINGS: &str = "\0libc.so.6\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_PRIVATE\0$ORIGIN/lib\0";

fn string_at(name: &str) -> usize {
    place(STRINGS.as_bytes(), name.as_bytes())
}

/// A program that is linked with libc. It has the class, byte order and machine of `shape`, and its addresses are
/// offsets.
pub fn dynamic_elf(shape: Elf, interpreter: &str, notes: &[Note<'_>], more: &[(&'static str, Vec<u8>)]) -> Vec<u8> {
    let needs = needed_versions(&shape);
    let build = |strings_at: usize, needs_at: usize| {
        let mut file = shape
            .clone()
            .with(".dynstr", 3, STRINGS)
            .with(".gnu.version_r", PROGBITS, needs.clone())
            .with(".dynamic", 6, dynamic(&shape, strings_at, needs_at))
            .with(".interp", PROGBITS, format!("{interpreter}\0"))
            .with(".relro", PROGBITS, "relro");
        file.segments = vec![
            (1, ".dynstr"),
            (1, ".gnu.version_r"),
            (2, ".dynamic"),
            (3, ".interp"),
            (0x6474_e551, ".relro"),
            (0x6474_e552, ".relro"),
        ];
        for (section, name, kind, value) in notes {
            let note = shape.note(name, *kind, value);
            file = file.with(section, NOTE, note);
            file.segments.push((4, section));
        }
        for (section, bytes) in more {
            file = file.with(section, PROGBITS, bytes.clone());
        }
        file.bytes()
    };
    let draft = build(0, 0);
    build(place(&draft, STRINGS.as_bytes()), place(&draft, &needs))
}

/// The content of `.gnu.version_r`: three versions of one library.
fn needed_versions(shape: &Elf) -> Vec<u8> {
    let mut needs = shape.numbers();
    needs.u16(1).u16(3).u32(string_at("libc")).u32(16).u32(0);
    for (name, next) in [("GLIBC_2.9", 16), ("GLIBC_2.34", 16), ("GLIBC_PRIVATE", 0)] {
        needs.u32(0).u16(0).u16(2).u32(string_at(name)).u32(next);
    }
    needs.finish()
}

/// The content of `.dynamic`, with two tables at these addresses.
fn dynamic(shape: &Elf, strings_at: usize, needs_at: usize) -> Vec<u8> {
    let mut dynamic = shape.numbers();
    for (tag, value) in [
        (1, string_at("libc")),
        (29, string_at("$ORIGIN")),
        (30, 8),
        (5, strings_at),
        (0x6fff_fffe, needs_at),
        (0x6fff_ffff, 1),
        (0x6fff_fffb, 0x0800_0000),
        (0, 0),
    ] {
        dynamic.word(tag).word(value);
    }
    dynamic.finish()
}

/// A program with three dependencies, a stamp, and a path of the build machine.
pub fn sample() -> Vec<u8> {
    let list = r#"{"packages": [
        {"name": "serde", "version": "1.0.1", "source": "registry", "features": ["x"]},
        {"name": "server", "version": "0.1.0", "source": "local", "dependencies": [2, 0], "root": true},
        {"name": "cc", "version": "1.2.0", "source": "registry", "kind": "build"}
    ]}"#;
    let text = format!(
        "{}/rustc/{COMMIT_OF_RUSTC}/library/core/src/fmt/mod.rs/build/a/src/main.rs",
        stamp()
    );
    elf(dependencies(list), &text)
}

/// The offset of the first occurrence of some bytes.
///
/// # Panics
/// When they do not occur.
pub fn place(file: &[u8], what: &[u8]) -> usize {
    let found = file.windows(what.len()).position(|it| it == what);
    found.expect("the bytes are in the file")
}
