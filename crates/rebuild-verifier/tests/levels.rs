//! `compare --level`: code signatures left out, under a verdict of their own, and only where they can be.

use serde_json::{Value, json};

use crate::fixtures::macho::{MachO, universal};
use crate::fixtures::pe::Pe;
use crate::util::Folder;

/// Compares two files at a level.
fn compare(original: &[u8], rebuilt: &[u8], level: &str, expected_code: i32) -> Value {
    let folder = Folder::new();
    folder.write("a", original);
    folder.write("b", rebuilt);
    folder
        .run(
            &["compare", "a", "b", "--level", level, "--json", "-"],
            expected_code,
        )
        .json()
}

fn signed_pe(certificate: &'static [u8]) -> Pe {
    Pe {
        certificate: Some(certificate),
        ..Pe::default()
    }
}

fn signed_macho(identifier: &'static str) -> MachO {
    MachO {
        signature: Some((identifier, [1; 32])),
        ..MachO::default()
    }
}

fn unsigned_macho() -> MachO {
    MachO {
        signature: None,
        ..MachO::default()
    }
}

/// Pairs that differ in nothing but signatures.
fn pairs() -> Vec<(Vec<u8>, Vec<u8>)> {
    vec![
        (Pe::default().bytes(), signed_pe(b"one").bytes()),
        (signed_pe(b"one").bytes(), signed_pe(b"another one").bytes()),
        (
            signed_pe(b"one").bytes(),
            Pe {
                checksum: 7,
                ..signed_pe(b"one")
            }
            .bytes(),
        ),
        (unsigned_macho().bytes(), signed_macho("server").bytes()),
        (
            signed_macho("server").bytes(),
            signed_macho("a-longer-identifier").bytes(),
        ),
        (
            universal(&[signed_macho("one"), signed_macho("two")]),
            universal(&[unsigned_macho(), signed_macho("other")]),
        ),
    ]
}

#[test]
fn what_differs_in_signatures_alone_is_identical_without_signatures_and_says_so() {
    for (index, (one, other)) in pairs().into_iter().enumerate() {
        for (original, rebuilt) in [(&one, &other), (&other, &one)] {
            let bits = compare(original, rebuilt, "bits", 1);
            assert_eq!(
                (&bits["verdict"], &bits["level"]),
                (&json!("different"), &json!("bits"))
            );
            let unsigned = compare(original, rebuilt, "unsigned", 0);
            assert_eq!(
                unsigned["verdict"], "identical-without-signatures",
                "{index}"
            );
            assert_eq!(unsigned["level"], "unsigned");
            assert_eq!(unsigned["differences"][0]["kind"], "signature");
            assert_eq!(
                unsigned["differences"][0]["unsigned_sha256"]
                    .as_str()
                    .unwrap()
                    .len(),
                64
            );
        }
    }
}

#[test]
fn the_verdict_without_signatures_is_told_in_words() {
    let folder = Folder::new();
    folder.write("a", Pe::default().bytes());
    folder.write("b", signed_pe(b"one").bytes());
    let text = folder
        .run(&["compare", "a", "b", "--level", "unsigned"], 0)
        .stdout;
    assert!(
        text.starts_with("identical without signatures: 1 difference"),
        "{text}"
    );
    assert!(text.contains("\nsignature: a\n"), "{text}");
}

#[test]
fn identical_files_are_plainly_identical_at_either_level() {
    let file = signed_pe(b"one").bytes();
    for level in ["bits", "unsigned"] {
        assert_eq!(compare(&file, &file, level, 0)["verdict"], "identical");
    }
}

#[test]
fn any_other_byte_that_differs_is_different_at_either_level() {
    let pe = |text: u8| Pe {
        text: vec![text; 100],
        ..signed_pe(b"one")
    };
    let macho = |text: u8| MachO {
        text: vec![text; 80],
        ..signed_macho("server")
    };
    for (original, rebuilt) in [
        (pe(1).bytes(), pe(2).bytes()),
        (macho(1).bytes(), macho(2).bytes()),
        (b"text".to_vec(), b"texts".to_vec()),
        (pe(1).bytes(), macho(1).bytes()),
    ] {
        let unsigned = compare(&original, &rebuilt, "unsigned", 1);
        assert_eq!(unsigned["verdict"], "different");
        assert_eq!(unsigned["differences"][0]["kind"], "content");
    }
}

#[test]
fn one_file_that_differs_in_more_makes_the_whole_tree_different() {
    let folder = Folder::new();
    folder.write("a/signed.exe", Pe::default().bytes());
    folder.write("b/signed.exe", signed_pe(b"one").bytes());
    folder.write("a/text", "one");
    folder.write("b/text", "two");
    let json = folder
        .run(
            &["compare", "a", "b", "--level", "unsigned", "--json", "-"],
            1,
        )
        .json();
    assert_eq!(json["verdict"], "different");
    assert_eq!(json["differences"][0]["kind"], "signature");
    assert_eq!(json["differences"][1]["kind"], "content");
}

#[test]
fn a_signature_that_covers_more_than_the_end_of_its_file_is_not_left_out() {
    // The table of certificates begins where the sections do, so that leaving it out would leave out the program.
    let swallow = |text: u8| {
        let pe = Pe {
            text: vec![text; 100],
            ..Pe::default()
        };
        let mut file = pe.bytes();
        let entry = 0x84 + 20 + 112 + 8 * 4;
        let length = file.len() as u32 - 0x200;
        file[entry..entry + 4].copy_from_slice(&0x200_u32.to_le_bytes());
        file[entry + 4..entry + 8].copy_from_slice(&length.to_le_bytes());
        file[0x200..0x204].copy_from_slice(&length.to_le_bytes());
        file
    };
    compare(&swallow(1), &swallow(2), "unsigned", 1);
    // Something follows the signature.
    for signed in [signed_pe(b"one").bytes(), signed_macho("server").bytes()] {
        let with = |more: &[u8]| [signed.as_slice(), more].concat();
        compare(&with(b"one"), &with(b"two"), "unsigned", 1);
    }
    // The signature begins before the symbol table ends.
    let swallow = |uuid: u8, more: u8| {
        let macho = MachO {
            uuid: [uuid; 16],
            ..signed_macho("server")
        };
        let mut file = macho.bytes();
        let at = file.len() - more as usize;
        file[at] ^= more;
        let command = file
            .windows(8)
            .rposition(|it| it == [0x1d, 0, 0, 0, 16, 0, 0, 0])
            .unwrap();
        file[command + 8..command + 12].copy_from_slice(&0x250_u32.to_le_bytes());
        let length = file.len() as u32 - 0x250;
        file[command + 12..command + 16].copy_from_slice(&length.to_le_bytes());
        file
    };
    compare(&swallow(1, 1), &swallow(1, 2), "unsigned", 1);
}

#[test]
fn a_level_that_there_is_not_is_refused() {
    let folder = Folder::with_identical_trees();
    let error = folder
        .run(&["compare", "a", "b", "--level", "mostly"], 2)
        .stderr;
    assert!(error.contains("mostly"), "{error}");
}
