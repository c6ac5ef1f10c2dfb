//! All readers agree about samples of every format, archives that other libraries write, and the program and the
//! library of these tests.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use format_oracles::{Agreement, compare};
use sample_files::elf::Elf;
use sample_files::program::{dynamic_elf, sample};
use sample_files::wasm::wasm;
use sample_files::{causes, samples};

/// The agreement about a regular file, in which no parts overlap.
fn agreed(what: &str, bytes: &[u8]) -> Agreement {
    let agreement = compare(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(agreement.overlapping, [], "{what}");
    agreement
}

/// A reader, with the number of files that it has read and the number of their parts.
type Count = (&'static str, usize, usize);

fn seen(agreement: &Agreement) -> Vec<Count> {
    let seen = agreement.seen.iter();
    seen.map(|((_, reader), seen)| (*reader, seen.files, seen.parts))
        .collect()
}

#[test]
fn every_reader_sees_every_part_of_the_samples() {
    let expected: [(&str, &[Count]); 14] = [
        ("elf", &[("goblin", 1, 5), ("object", 1, 5)]),
        ("elf without sections", &[("goblin", 1, 0), ("object", 1, 0)]),
        ("pe", &[("goblin", 1, 2), ("object", 1, 2)]),
        ("signed pe", &[("goblin", 1, 2), ("object", 1, 2)]),
        ("macho", &[("goblin", 1, 1), ("object", 1, 1)]),
        // The reader has read the list of images, and the image.
        ("universal macho", &[("goblin", 2, 2), ("object", 2, 2)]),
        // The sample has code but no function section, which `wasmparser` does not accept. Another test has a complete
        // module.
        ("wasm", &[]),
        ("ar", &[("goblin", 1, 2), ("object", 1, 2)]),
        ("tar", &[("tar", 1, 2)]),
        ("gzip", &[]),
        ("zip", &[("rawzip", 1, 2)]),
        // The reader has read the image, and the layer in it.
        ("oci", &[("tar", 2, 7)]),
        ("json", &[]),
        ("text", &[]),
    ];
    let found = samples().into_iter();
    let found: Vec<_> = found.map(|(name, bytes)| (name, seen(&agreed(name, &bytes)))).collect();
    let expected = expected.map(|(name, seen)| (name, seen.to_vec()));
    assert_eq!(found, expected);
}

/// The fuzzers of formats begin with these pairs too.
#[test]
fn pairs_of_every_cause_are_seen_alike() {
    let mut files = 0;
    for (id, one, other) in causes::cases() {
        for bytes in [one, other] {
            let agreement = agreed(id, &bytes);
            files += usize::from(!agreement.seen.is_empty());
        }
    }
    // Pairs of JSON texts and gzip files have no other reader.
    assert_eq!(files, 62);
}

#[test]
fn programs_of_every_class_and_byte_order_are_seen_alike() {
    agreed("all of elf", &sample());
    for (is_32, big_endian) in [(false, false), (false, true), (true, false), (true, true)] {
        let shape = Elf {
            machine: 8,
            is_32,
            big_endian,
            ..Elf::default()
        };
        let notes = [(".note.gnu.build-id", "GNU", 3, vec![7; 20])];
        let program = dynamic_elf(shape, "/lib/ld.so.1", &notes, &[]);
        let seen = seen(&agreed("program", &program));
        assert_eq!(seen, [("goblin", 1, 7), ("object", 1, 7)]);
    }
}

#[test]
fn a_module_of_every_section_is_seen_alike() {
    let module = wasm(&[
        (0, b"\x05first and more"),
        (1, b"\x01\x60\0\0"),
        (2, b"\x01\x01m\x01f\0\0"),
        (3, b"\x01\0"),
        (4, b"\x01\x70\0\x01"),
        (5, b"\x01\0\x01"),
        (13, b"\x01\0\0"),
        (6, b"\x01\x7f\0\x41\0\x0b"),
        (7, b"\x01\x01e\0\0"),
        (8, b"\0"),
        (9, b"\x01\0\x41\0\x0b\x01\0"),
        (12, b"\x01"),
        (10, b"\x01\x02\0\x0b"),
        (11, b"\x01\0\x41\0\x0b\x04data"),
        (0, b"\0"),
    ]);
    let seen = seen(&agreed("module", &module));
    assert_eq!(seen, [("wasmparser", 1, 15)]);
}

#[test]
fn the_program_of_these_tests_is_seen_alike() {
    let program = fs::read(std::env::current_exe().unwrap()).unwrap();
    let seen = seen(&agreed("this program", &program));
    let [("goblin", 1, sections), ("object", 1, others)] = seen[..] else {
        panic!("{seen:?}");
    };
    assert!(sections > 20 && sections == others, "{seen:?}");
}

/// The library that cargo has linked into this program is an `ar` archive with a table of long names and ELF files.
#[test]
fn the_library_of_these_tests_is_seen_alike_with_its_members() {
    let program = std::env::current_exe().unwrap();
    let library = libraries(program.parent().unwrap()).pop();
    let library = library.expect("cargo links its libraries from the folder of the program");
    let seen = seen(&agreed("library", &fs::read(library).unwrap()));
    let [
        ("goblin", elfs, sections),
        ("object", ..),
        ("goblin", 1, members),
        ("object", 1, _),
    ] = seen[..]
    else {
        panic!("{seen:?}");
    };
    assert!(elfs > 1 && sections > 2 * elfs && members >= elfs, "{seen:?}");
}

fn libraries(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    paths
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("libformat_oracles-") && name.ends_with(".rlib")
        })
        .collect()
}
