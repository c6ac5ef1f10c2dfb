//! Every edit of another reader's findings is noticed.

use sample_files::samples;
use sample_files::wasm::wasm;

use super::*;
use crate::readers::{READERS, Reader};

/// A sample that a reader accepts.
fn sample_for(reader: &Reader) -> Vec<u8> {
    let format_of = |bytes: &[u8]| binary_formats::detect(&Content::memory(bytes.to_vec())).unwrap();
    let module = wasm(&[(1, b"\x01\x60\0\0"), (10, b"\0")]);
    let samples = samples().into_iter().map(|(_, bytes)| bytes);
    let mut samples = samples.chain([module]);
    let found = samples
        .find(|bytes| format_of(bytes) == reader.format && (reader.read)(bytes).is_some_and(|it| !it.parts.is_empty()));
    found.unwrap()
}

/// The name of an edit, and the edit.
type Edit = (&'static str, fn(&mut Vec<Part>));

const EDITS: [Edit; 6] = [
    ("moved", |parts| {
        parts[0].range.start += 1;
        parts[0].range.end += 1;
    }),
    ("shorter", |parts| parts[0].range.end -= 1),
    ("longer", |parts| parts[0].range.end += 1),
    ("called otherwise", |parts| parts[0].name = Some("other".into())),
    ("left out", |parts| {
        parts.remove(0);
    }),
    ("added", |parts| {
        let other = Some("other".into());
        parts.push(Part {
            name: other,
            ..parts[0].clone()
        });
    }),
];

#[test]
fn what_another_reader_sees_otherwise_in_any_way_is_noticed() {
    for reader in READERS {
        let bytes = sample_for(reader);
        let content = Content::memory(bytes.clone());
        let ours = Ours::read(reader.format, &content).unwrap();
        let theirs = || (reader.read)(&bytes).unwrap();
        let who = format!("{} of {}", reader.name, reader.format);
        assert_eq!(ours.compare(&theirs()), Ok(Vec::new()), "{who}");
        for (what, edit) in EDITS {
            let mut edited = theirs();
            edit(&mut edited.parts);
            let is_noticed = ours.compare(&edited) != Ok(Vec::new());
            // An incomplete list may lack what this project finds.
            let may = what == "left out" && (reader.name, reader.format) == ("object", Format::MachO);
            assert_eq!(is_noticed, !may, "{who}: {what}");
        }
    }
}

#[test]
fn a_name_in_a_map_may_have_a_number_behind_it_and_nothing_else() {
    for (shown, name, is_it) in [
        ("a", Some("a"), true),
        ("a #2", Some("a"), true),
        ("a #2", Some("a #2"), true),
        ("a #x", Some("a"), false),
        ("ab", Some("a"), false),
        ("b", Some("a"), false),
        ("b", None, true),
    ] {
        assert_eq!(is_called(shown, name), is_it, "{shown} {name:?}");
    }
}
