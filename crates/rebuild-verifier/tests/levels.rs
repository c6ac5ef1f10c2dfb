//! `compare --level`: a comparison without code signatures has its own verdict.

use sample_files::macho::{MachO, universal};
use sample_files::pe::{Pe, with_checksum};
use serde_json::{Value, json};

use crate::util::Folder;

/// Compares two files at a level.
fn compare(original: &[u8], rebuilt: &[u8], level: &str, expected_code: i32) -> Value {
    let folder = Folder::new();
    folder.write("a", original);
    folder.write("b", rebuilt);
    folder
        .run(&["compare", "a", "b", "--level", level, "--json", "-"], expected_code)
        .json()
}

/// A PE file with a certificate.
fn signed_pe(certificate: &'static [u8]) -> Pe {
    Pe {
        certificate: Some(certificate),
        ..Pe::default()
    }
}

/// A Mach-O file with a signature. Its page digests are right only after `sealed`.
fn signed_macho(identifier: &'static str) -> MachO {
    MachO {
        signature: Some((identifier, [1; 32])),
        ..MachO::default()
    }
}

/// A Mach-O file without a signature.
fn unsigned_macho() -> MachO {
    MachO {
        signature: None,
        ..MachO::default()
    }
}

/// Pairs of files that differ only in signatures.
fn pairs() -> Vec<(Vec<u8>, Vec<u8>)> {
    vec![
        (Pe::default().bytes(), signed_pe(b"one").bytes()),
        (signed_pe(b"one").bytes(), signed_pe(b"another one").bytes()),
        (signed_pe(b"one").bytes(), with_checksum(signed_pe(b"one").bytes())),
        (unsigned_macho().sealed(), signed_macho("server").sealed()),
        (
            signed_macho("server").sealed(),
            signed_macho("a-longer-identifier").sealed(),
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
            assert_eq!(unsigned["verdict"], "identical-without-signatures", "{index}");
            assert_eq!(unsigned["level"], "unsigned");
            assert_eq!(unsigned["differences"][0]["kind"], "signature");
            assert_eq!(
                unsigned["differences"][0]["unsigned_sha256"].as_str().unwrap().len(),
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
    let text = folder.run(&["compare", "a", "b", "--level", "unsigned"], 0).stdout;
    assert!(text.starts_with("identical without signatures: 1 difference"), "{text}");
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
        (macho(1).sealed(), macho(2).sealed()),
        (b"text".to_vec(), b"texts".to_vec()),
        (pe(1).bytes(), macho(1).sealed()),
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
    let json = folder.run_words("compare a b --level unsigned --json -", 1).json();
    assert_eq!(json["verdict"], "different");
    assert_eq!(json["differences"][0]["kind"], "signature");
    assert_eq!(json["differences"][1]["kind"], "content");
}

#[test]
fn a_level_that_there_is_not_is_refused() {
    let folder = Folder::with_identical_trees();
    let error = folder.run(&["compare", "a", "b", "--level", "mostly"], 2).stderr;
    assert!(error.contains("mostly"), "{error}");
}
