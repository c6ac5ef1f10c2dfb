//! `compare`: the explanations of differences in text and in comparison.json, for files, trees and image layouts.

use bit_compare::comparison::Comparison;
use sample_files::archives::{gzip, oci_files, tar, tar_member, tar_of};
use sample_files::causes::cases;
use sample_files::pe::Pe;

use crate::schemas::assert_follows;
use crate::util::Folder;

#[test]
fn the_text_says_where_what_why_and_what_to_do() {
    let folder = Folder::new();
    folder.write("a/server.exe", Pe::default().bytes());
    let other = Pe {
        timestamp: 1_700_000_001,
        ..Pe::default()
    };
    folder.write("b/server.exe", other.bytes());
    let text = folder.run(&["compare", "a", "b"], 1).stdout;
    let expected = "
  COFF header › TimeDateStamp
    PE: 1 byte differs at offset 136 (0x88)
    original  1700000000 (2023-11-14T22:13:20Z)
    rebuilt   1700000001 (2023-11-14T22:13:21Z)
    cause     certain: the linker wrote the time of the link
    fix       set SOURCE_DATE_EPOCH, which lld reads; with MSVC's linker pass /Brepro
";
    assert!(text.contains(expected), "{text}");
    assert!(text.ends_with("\nnext: diffoscope a b\n"), "{text}");
}

#[test]
fn explanations_stand_in_the_order_of_the_entries_and_say_where_in_the_file() {
    let folder = Folder::new();
    for (tree, byte) in [("a", 1), ("b", 2)] {
        let member = tar_member("inner", byte, b"same");
        folder.write(format!("{tree}/1.tar"), tar_of(std::slice::from_ref(&member)));
        folder.write(format!("{tree}/2.tar.gz"), gzip(&tar_of(&[member]), None, 0));
        folder.write(format!("{tree}/same"), "same");
    }
    let json = folder.run(&["compare", "a", "b", "--json", "-"], 1).json();
    let explanations = json["explanations"].as_array().unwrap();
    let paths: Vec<_> = explanations.iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert!(paths.is_sorted(), "{paths:?}");
    let plain = &explanations[0];
    assert_eq!((&plain["field"], &plain["format"]), (&"mtime".into(), &"tar".into()));
    assert_eq!(plain["original"]["offset_in_file_bytes"], 136);
    let packed = explanations.iter().find(|it| it["path"] == "2.tar.gz").unwrap();
    assert_eq!(packed["members"][0], "content");
    assert!(packed["original"]["offset_in_file_bytes"].is_null());
    assert_eq!(packed["original"]["offset_bytes"], 136);
    assert_eq!(json["omitted_explanations"], 0);
}

#[test]
fn blobs_of_an_image_layout_are_explained_although_their_names_differ() {
    let folder = Folder::new();
    for (tree, secs) in [("a", 0), ("b", 1_700_000_000)] {
        let layer = tar_of(&[tar_member("bin/server", secs, b"content")]);
        for (name, bytes) in oci_files("2026-11-20T13:41:05Z", &layer) {
            folder.write(format!("{tree}/image/{name}"), bytes);
        }
    }
    let json = folder.run(&["compare", "a", "b", "--json", "-"], 1).json();
    let explanations = json["explanations"].as_array().unwrap();
    let layer = explanations
        .iter()
        .find(|it| it["cause"]["id"] == "tar-metadata")
        .unwrap();
    assert_eq!(layer["members"][0], "layer 1 of image 1 (linux/arm64)");
    assert_eq!(layer["part"], "header of bin/server");
    assert!(layer["path"].as_str().unwrap().starts_with("image/blobs/sha256/"));
    assert!(explanations.iter().any(|it| it["cause"]["id"] == "oci-digest"));
}

#[test]
fn a_file_that_does_not_follow_its_format_is_explained_by_its_bytes() {
    let folder = Folder::new();
    folder.write("a", [b"\x7fELF".as_slice(), &[9; 60]].concat());
    folder.write("b", [b"\x7fELF".as_slice(), &[8; 60]].concat());
    let text = folder.run(&["compare", "a", "b"], 1).stdout;
    assert!(
        text.contains("content (not read as ELF: its class or byte order is not known)"),
        "{text}"
    );
    assert!(text.contains("bytes: 60 bytes differ at offset 4 (0x4)"), "{text}");
}

#[test]
fn values_from_hostile_files_never_reach_the_terminal_raw() {
    let folder = Folder::new();
    let name = "\x1b[2Jname\n";
    folder.write("a", tar(&[(name, b"one")]));
    folder.write("b", tar(&[(name, b"two"), ("\u{202e}other", b"")]));
    let text = folder.run(&["compare", "a", "b"], 1).stdout;
    assert!(text.contains(r"\x1b[2Jname\x0a"), "{text}");
    assert!(!text.contains(['\x1b', '\u{202e}']), "{text}");
}

#[test]
fn explanations_of_every_cause_follow_the_schema_and_are_read_back_as_they_were() {
    let folder = Folder::new();
    for (index, (_, original, rebuilt)) in cases().into_iter().enumerate() {
        folder.write(format!("a/{index:02}"), original);
        folder.write(format!("b/{index:02}"), rebuilt);
    }
    folder.run(&["compare", "a", "b", "--json", "comparison.json"], 1);
    assert_follows("comparison", &folder.read_json("comparison.json"));
    let written = folder.read("comparison.json");
    let comparison = Comparison::from_json(&written).unwrap();
    assert!(comparison.explanations().len() >= cases().len());
    assert_eq!(comparison.to_json(), written);
}

#[test]
fn identical_builds_have_nothing_to_explain() {
    let folder = Folder::with_identical_trees();
    let json = folder.run(&["compare", "a", "b", "--json", "-"], 0).json();
    assert_eq!(json["explanations"], serde_json::json!([]));
}
