//! Explanations of every cause of the table, of nested contents, and of damaged files.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use binary_formats::content::Content;
use bit_compare::explanation::{ChangeKind, Explained, Explanation};
use bit_compare::path::EntryPath;
use difference_explainer::Limits;
use difference_explainer::causes::TABLE;
use difference_explainer::contents::explain;
use sample_files::{Bytes, archives, causes, elf, places, samples};
use untrusted_input::format::Format;

fn explained(original: &[u8], rebuilt: &[u8]) -> Explained {
    let content = |bytes: &[u8]| Content::memory(bytes.to_vec());
    let path = EntryPath::new("x").unwrap();
    explain(&path, &content(original), &content(rebuilt), Limits::default()).unwrap()
}

fn ids(explained: &Explained) -> Vec<&str> {
    explained
        .explanations
        .iter()
        .map(|it| it.cause.as_ref().map_or("unknown", |cause| &cause.id))
        .collect()
}

#[test]
fn every_cause_of_the_table_has_a_pair_of_files_that_shows_it() {
    let cases = causes::cases();
    for cause in TABLE {
        assert!(
            cases.iter().any(|case| case.0 == cause.id),
            "{} has no fixture",
            cause.id
        );
    }
    for (id, original, rebuilt) in cases {
        for (original, rebuilt) in [(&original, &rebuilt), (&rebuilt, &original)] {
            let explained = explained(original, rebuilt);
            assert!(ids(&explained).contains(&id), "{id}: {:#?}", explained.explanations);
            assert_eq!(explained.omitted, 0, "{id}");
        }
    }
}

#[test]
fn a_cause_comes_before_what_only_follows_from_it() {
    for (id, original, rebuilt) in causes::cases() {
        let explained = explained(&original, &rebuilt);
        let follows = |it: &Explanation| it.cause.as_ref().is_some_and(|cause| cause.follows);
        let order: Vec<_> = explained.explanations.iter().map(follows).collect();
        assert!(order.is_sorted(), "{id}: {:?}", ids(&explained));
    }
}

#[test]
fn a_file_in_a_tar_in_a_gzip_in_an_image_is_named_with_both_values() {
    let program = |text: &str| elf::Elf::sample().with(".rodata", elf::PROGBITS, text).bytes();
    let image = |text: &str| {
        let layer = archives::tar(&[("bin/server", &program(text))]);
        archives::oci("2026-11-20T13:41:05Z", &archives::gzip(&layer, None, 0))
    };
    let explained = explained(
        &image("\0/build/one/src/main.rs\0"),
        &image("\0/build/two/src/main.rs\0"),
    );
    let first = &explained.explanations[0];
    assert_eq!(
        first.members,
        ["layer 1 of image 1 (linux/arm64)", "content", "bin/server"]
    );
    assert_eq!((first.format, first.part.as_str()), (Format::Elf, ".rodata"));
    assert_eq!(first.cause.as_ref().unwrap().id, "build-path");
    let [original, rebuilt] = [&first.original, &first.rebuilt].map(|place| place.as_ref().unwrap());
    assert_eq!(original.value, "\"/build/one/src/main.rs\"");
    assert_eq!(rebuilt.value, "\"/build/two/src/main.rs\"");
    assert_eq!(
        (original.offset_in_part_bytes, original.offset_in_file_bytes),
        (8, None)
    );
    assert_eq!(first.differing_bytes, 3);
}

#[test]
fn members_of_one_side_are_named() {
    let one = archives::tar(&[("a", b"one"), ("b", b"two")]);
    let other = archives::tar(&[("a", b"one")]);
    let kind = |original, rebuilt| {
        let explained = explained(original, rebuilt);
        let part = explained.explanations.iter().find(|it| it.part == "b").unwrap();
        part.kind
    };
    assert_eq!(kind(&one, &other), ChangeKind::Missing);
    assert_eq!(kind(&other, &one), ChangeKind::Unexpected);
}

#[test]
fn a_thousand_members_with_another_time_are_one_explanation() {
    let archive = |secs| {
        let members: Vec<_> = (0..1000)
            .map(|index| archives::tar_member(&format!("file-{index}"), secs, b"same"))
            .collect();
        archives::tar_of(&members)
    };
    let explained = explained(&archive(1_600_000_000), &archive(1_700_000_000));
    assert_eq!(ids(&explained), ["tar-metadata", "follows"]);
    assert_eq!(explained.explanations[0].places, 1000);
}

#[test]
fn omitted_explanations_are_counted() {
    let one = vec![0; 100_000];
    let many = archives::zip(&[("a", &one)], 0x21_0000, true);
    assert!(many.len() < 1000);
    let members = |byte: u8| -> Vec<Vec<u8>> {
        (0..100)
            .map(|index| archives::tar_member(&format!("file-{index}"), 0, &[byte]))
            .collect()
    };
    let (one, other) = (archives::tar_of(&members(0)), archives::tar_of(&members(1)));
    let explained = explained(&one, &other);
    assert_eq!(explained.explanations.len(), Limits::default().explanations_of_a_file);
    assert_eq!(explained.omitted, 60);
}

/// Whether an explanation is about the part of either file that holds the byte `at`.
fn names(explanation: &Explanation, at: usize) -> bool {
    [&explanation.original, &explanation.rebuilt]
        .into_iter()
        .flatten()
        .any(|place| match place.offset_in_file_bytes {
            // Unpacked bytes have no offset in the file.
            None => true,
            Some(start) => {
                let start = start - place.offset_in_part_bytes;
                (start..start + place.part_bytes).contains(&(at as u64))
            }
        })
}

#[test]
fn for_any_single_byte_that_differs_its_part_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = EntryPath::new("x").unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        Content::file(path, file, bytes.len() as u64)
    };
    for (name, sample) in samples() {
        let original = file("original", &sample);
        for at in places(&sample) {
            let mut changed = sample.clone();
            changed[at] ^= [1, 0x80, 0xff][at % 3];
            let rebuilt = file("rebuilt", &changed);
            let explained = explain(&path, &original, &rebuilt, Limits::default()).unwrap();
            assert!(
                explained.explanations.iter().any(|it| names(it, at)),
                "{name}: byte {at}: {:#?}",
                explained.explanations
            );
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_is_explained_without_a_panic() {
    for (name, sample) in samples() {
        for length in places(&sample) {
            let explained = explained(&sample, &sample[..length]);
            assert!(!explained.explanations.is_empty(), "{name}: {length}");
        }
    }
}

/// Pseudo-random numbers, the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn files_with_many_wrong_bytes_are_explained_without_a_panic() {
    let mut seeded = Seeded(7);
    for (name, sample) in samples() {
        for _ in 0..300 {
            let mut changed = sample.clone();
            for _ in 0..=seeded.below(8) {
                let at = seeded.below(changed.len());
                // Sums of these values overflow offsets and lengths.
                let value = [0, 1, 0x7f, 0x80, 0xff][seeded.below(5)];
                let end = (at + 1 + seeded.below(8)).min(changed.len());
                changed[at..end].fill(value);
            }
            if changed != sample {
                let explained = explained(&sample, &changed);
                assert!(!explained.explanations.is_empty(), "{name}");
            }
        }
    }
}

/// Each of these files would take hours without the limits. A debug build under load needs a second for the worst.
#[test]
fn files_that_are_made_to_take_long_are_explained_in_time() {
    let begin = std::time::Instant::now();
    let check = |name: &str, one: &[u8], other: &[u8]| {
        let before = begin.elapsed();
        assert!(!explained(one, other).explanations.is_empty(), "{name}");
        let taken = begin.elapsed() - before;
        assert!(taken.as_secs() < 60, "{name} took {taken:?}");
    };

    // Ten thousand load commands name the same symbol table.
    let mut macho = Bytes::default();
    let count = 10_000;
    macho.u32(0xfeed_facf).u32(0x0100_000c).u32(0).u32(2);
    macho.u32(count).u32(count * 24).u32(0).u32(0);
    for _ in 0..count {
        macho.u32(2).u32(24).u32(0).u32(15_000).u32(0).u32(240_000);
    }
    let one = macho.0.clone();
    macho.u8(1);
    check("macho", &one, &macho.0);

    // An image has as many layers as fit, in an archive with many members.
    let digest = "0".repeat(64);
    let layers: Vec<_> = (0..5000)
        .map(|_| serde_json::json!({ "digest": format!("sha256:{digest}") }))
        .collect();
    let index = |size: usize| {
        let manifests: Vec<_> = (0..500)
            .map(|_| serde_json::json!({ "digest": "sha256:1", "size": size }))
            .collect();
        serde_json::json!({ "manifests": manifests }).to_string().into_bytes()
    };
    let manifest = serde_json::json!({ "layers": layers }).to_string().into_bytes();
    let image = |size| {
        let mut members: Vec<_> = (0..2000)
            .map(|index| archives::tar_member(&format!("file-{index}"), 0, b""))
            .collect();
        members.push(archives::tar_member("oci-layout", 0, b"{}"));
        members.push(archives::tar_member("blobs/sha256/1", 0, &manifest));
        members.push(archives::tar_member("index.json", 0, &index(size)));
        archives::tar_of(&members)
    };
    check("oci", &image(1), &image(2));

    // Contents of different lengths have no long common run.
    let mut seeded = Seeded(1);
    let noise: Vec<u8> = (0..600_000).map(|_| seeded.below(256) as u8).collect();
    let mut other = Vec::new();
    for chunk in noise.chunks(20) {
        other.extend_from_slice(chunk);
        other.push(7);
    }
    check("noise", &noise, &other);

    // Archives are nested deeper than the limit.
    let nested = |last: &[u8]| (0..40).fold(last.to_vec(), |inner, _| archives::tar(&[("inner", &inner)]));
    check("nested", &nested(b"one"), &nested(b"two"));

    // A stream unpacks to a thousand times its size.
    let zeros = vec![0; 30 << 20];
    let mut bomb = archives::gzip(&zeros, None, 0);
    let one = bomb.clone();
    let last = bomb.len() - 1;
    bomb[last] ^= 1;
    check("bomb", &one, &bomb);
}
