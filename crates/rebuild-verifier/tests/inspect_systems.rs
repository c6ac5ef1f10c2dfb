//! `inspect`: ELF files for every byte order, class and system.

use sample_files::elf::Elf;
use sample_files::program::dynamic_elf;
use serde_json::{Value, json};

use crate::inspect::inspected;

/// A machine, whether it has 32 bits, whether it is big-endian, and Rust's name for it.
const ARCHITECTURES: [(usize, bool, bool, &str); 20] = [
    (3, true, false, "i686"),
    (8, true, true, "mips"),
    (8, true, false, "mipsel"),
    (8, false, true, "mips64"),
    (8, false, false, "mips64el"),
    (20, true, true, "powerpc"),
    (21, false, true, "powerpc64"),
    (21, false, false, "powerpc64le"),
    (22, false, true, "s390x"),
    (40, true, false, "arm"),
    (40, true, true, "armeb"),
    (43, false, true, "sparc64"),
    (62, false, false, "x86_64"),
    (62, true, false, "x86_64 (x32)"),
    (183, false, false, "aarch64"),
    (183, false, true, "aarch64_be"),
    (243, true, false, "riscv32"),
    (243, false, false, "riscv64"),
    (258, false, false, "loongarch64"),
    (0x9026, false, false, "e_machine 36902"),
];

fn image(bytes: &[u8]) -> Value {
    inspected(bytes)["images"][0].clone()
}

#[test]
fn a_file_says_the_same_in_every_class_and_byte_order() {
    for (machine, is_32, big_endian, name) in ARCHITECTURES {
        let shape = Elf {
            machine,
            is_32,
            big_endian,
            ..Elf::default()
        };
        let notes = [(".note.gnu.build-id", "GNU", 3, vec![7; 20])];
        let found = image(&dynamic_elf(shape, "/lib/ld.so.1", &notes, &[]));
        assert_eq!(found["architecture"], name);
        for (field, expected) in [
            ("kind", json!("executable")),
            ("linkage", json!("dynamic")),
            ("interpreter", json!("/lib/ld.so.1")),
            ("libraries", json!(["libc.so.6"])),
            ("search_paths", json!(["$ORIGIN/lib"])),
            ("least_glibc", json!("2.34")),
            ("build_id", json!("07".repeat(20))),
            ("hardening", json!(["BIND_NOW", "NX_STACK", "PIE", "RELRO"])),
        ] {
            assert_eq!(found[field], expected, "{name}: {field}");
        }
    }
}

/// The ABI in the header, a note, and the interpreter each name the system.
#[test]
fn the_system_is_known_by_its_abi_its_note_or_its_loader() {
    let in_order = |version: u32, big_endian: bool| match big_endian {
        true => version.to_be_bytes().to_vec(),
        false => version.to_le_bytes().to_vec(),
    };
    for big_endian in [false, true] {
        let shape = |os_abi| Elf {
            machine: 22,
            big_endian,
            os_abi,
            ..Elf::default()
        };
        let system = |os_abi, interpreter, notes: &[_]| {
            let found = image(&dynamic_elf(shape(os_abi), interpreter, notes, &[]));
            (found["system"].clone(), found["least_system_version"].clone())
        };
        let none = json!(null);
        let ld = "/libexec/ld.so";
        for (os_abi, name) in [(2, "NetBSD"), (3, "Linux"), (9, "FreeBSD"), (12, "OpenBSD")] {
            assert_eq!(system(os_abi, ld, &[]), (json!(name), none.clone()));
        }
        assert_eq!(system(0, ld, &[]), (none.clone(), none.clone()));
        let musl = "/lib/ld-musl-s390x.so.1";
        assert_eq!(system(0, musl, &[]), (json!("Linux"), none.clone()));
        for (name, version, shown) in [
            ("FreeBSD", 1_302_001, "13.2"),
            ("NetBSD", 1_000_000_000, "10.0"),
            ("NetBSD", 903_000_000, "9.3"),
        ] {
            let note = [(".note.tag", name, 1, in_order(version, big_endian))];
            assert_eq!(system(0, ld, &note), (json!(name), json!(shown)));
        }
        let words = [0, 3, 2, 0].map(|word| in_order(word, big_endian));
        let linux = [(".note.tag", "GNU", 1, words.concat())];
        assert_eq!(system(0, ld, &linux), (json!("Linux"), json!("3.2.0")));
        let hurd = [(".note.tag", "GNU", 1, vec![1; 16])];
        assert_eq!(system(0, ld, &hurd), (none.clone(), none.clone()));
        let cut_off = [(".note.tag", "FreeBSD", 1, vec![1, 2])];
        assert_eq!(system(0, ld, &cut_off), (json!("FreeBSD"), none));
    }
}
