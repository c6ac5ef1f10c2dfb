//! Small inputs that cost much time or memory.
//!
//! Every row runs with 1 GiB of address space, on an input that was the worst of its kind when it was found. Each must
//! end with a verdict, or with exit code 2 and a reason, and not by a signal. `cargo bench --bench worst` measures the
//! time.

use sample_files::worst::INPUTS;
use serde_json::{Value, json};

use super::{Attack, all_fail, attack, within_a_gibibyte};
use crate::util::{Folder, Output, definition};

/// The size of an input. It is small enough for a build without optimisation.
const BYTES: usize = 250_000;

const BOMB: &str = "CVE-2019-9674";

const ATTACKS: &[Attack] = &[
    attack("code signature with pages of two bytes", "", 1, "different", |exit| {
        compare(exit, "code signature with pages of two bytes")
    }),
    attack("code signature in six code directories", "", 1, "different", |exit| {
        compare(exit, "code signature in six code directories")
    }),
    attack("load commands of eight bytes", "", 1, "different", |exit| {
        compare(exit, "load commands of eight bytes")
    }),
    attack("forty images in one place", "", 1, "different", |exit| {
        compare(exit, "forty images in one place")
    }),
    attack("sections of a PE file in one place", "", 1, "different", |exit| {
        compare(exit, "sections of a PE file in one place")
    }),
    attack("segments of notes in one place", "", 1, "different", |exit| {
        compare(exit, "segments of notes in one place")
    }),
    attack("sections of notes in one place", "", 1, "different", |exit| {
        compare(exit, "sections of notes in one place")
    }),
    attack("WebAssembly sections of two bytes", "", 1, "different", |exit| {
        compare(exit, "WebAssembly sections of two bytes")
    }),
    attack("gzip bomb", BOMB, 1, "different", |exit| compare(exit, "gzip bomb")),
    attack(
        "gzip stream of four hundred times its size",
        BOMB,
        1,
        "different",
        |exit| compare(exit, "gzip stream of four hundred times its size"),
    ),
    attack("gzip members of nothing", "", 1, "different", |exit| {
        compare(exit, "gzip members of nothing")
    }),
    attack("gzip members with names", "", 1, "different", |exit| {
        compare(exit, "gzip members with names")
    }),
    attack("gzip in gzip, a hundred times", "", 1, "different", |exit| {
        compare(exit, "gzip in gzip, a hundred times")
    }),
    attack("gzip bombs in a tar archive", BOMB, 1, "different", |exit| {
        compare(exit, "gzip bombs in a tar archive")
    }),
    attack("zip entries with one local header", BOMB, 1, "different", |exit| {
        compare(exit, "zip entries with one local header")
    }),
    attack("zip entries with one content", BOMB, 1, "different", |exit| {
        compare(exit, "zip entries with one content")
    }),
    attack("ar names in a table without ends", "", 1, "different", |exit| {
        compare(exit, "ar names in a table without ends")
    }),
    attack("ar members of nothing", "", 1, "different", |exit| {
        compare(exit, "ar members of nothing")
    }),
    attack("tar in tar, a hundred times", "", 1, "different", |exit| {
        compare(exit, "tar in tar, a hundred times")
    }),
    attack("tar members of nothing", "", 1, "different", |exit| {
        compare(exit, "tar members of nothing")
    }),
    attack(
        "a path of a megabyte and records that differ",
        "",
        1,
        "different",
        |exit| compare(exit, "a path of a megabyte and records that differ"),
    ),
    attack("layout with descriptors of three bytes", "", 1, "different", |exit| {
        compare(exit, "layout with descriptors of three bytes")
    }),
    attack("JSON arrays in one another", "", 1, "different", |exit| {
        compare(exit, "JSON arrays in one another")
    }),
    attack("JSON numbers", "", 1, "different", |exit| compare(exit, "JSON numbers")),
    attack("JSON with long pointers", "", 1, "different", |exit| {
        compare(exit, "JSON with long pointers")
    }),
    attack("bytes inserted at every place", "", 1, "different", |exit| {
        compare(exit, "bytes inserted at every place")
    }),
    attack("members of other lengths", "", 1, "different", |exit| {
        compare(exit, "members of other lengths")
    }),
    attack("every second byte differs", "", 1, "different", |exit| {
        compare(exit, "every second byte differs")
    }),
    attack("paths of builders", "", 1, "different", |exit| {
        compare(exit, "paths of builders")
    }),
    attack("stamps that do not end", "", 1, "different", |exit| {
        compare(exit, "stamps that do not end")
    }),
    attack("code signature with pages of two bytes, inspected", "", 0, "", |exit| {
        inspect(exit, "code signature with pages of two bytes")
    }),
    attack("code signature in six code directories, inspected", "", 0, "", |exit| {
        inspect(exit, "code signature in six code directories")
    }),
    attack("load commands of eight bytes, inspected", "", 0, "", |exit| {
        inspect(exit, "load commands of eight bytes")
    }),
    attack("forty images in one place, inspected", "", 2, "overlap", |exit| {
        inspect(exit, "forty images in one place")
    }),
    attack("sections of a PE file in one place, inspected", "", 0, "", |exit| {
        inspect(exit, "sections of a PE file in one place")
    }),
    attack(
        "segments of notes in one place, inspected",
        "",
        2,
        "too many notes",
        |exit| inspect(exit, "segments of notes in one place"),
    ),
    attack("sections of notes in one place, inspected", "", 0, "", |exit| {
        inspect(exit, "sections of notes in one place")
    }),
    attack(
        "WebAssembly sections of two bytes, inspected",
        "",
        2,
        "too many sections",
        |exit| inspect(exit, "WebAssembly sections of two bytes"),
    ),
    attack("paths of builders, inspected", "", 0, "", |exit| {
        inspect(exit, "paths of builders")
    }),
    attack("stamps that do not end, inspected", "", 2, "does not end", |exit| {
        inspect(exit, "stamps that do not end")
    }),
    attack(
        "code signature with pages of two bytes, without signatures",
        "",
        2,
        "can be checked",
        |exit| unsigned(exit, "code signature with pages of two bytes"),
    ),
    attack(
        "code signature in six code directories, without signatures",
        "",
        2,
        "overlap",
        |exit| unsigned(exit, "code signature in six code directories"),
    ),
    attack("load commands of eight bytes, without signatures", "", 1, "", |exit| {
        unsigned(exit, "load commands of eight bytes")
    }),
    attack(
        "forty images in one place, without signatures",
        "",
        2,
        "overlap",
        |exit| unsigned(exit, "forty images in one place"),
    ),
    attack(
        "sections of a PE file in one place, without signatures",
        "",
        1,
        "",
        |exit| unsigned(exit, "sections of a PE file in one place"),
    ),
    attack("a report of thousands of explanations", "", 1, "different", |exit| {
        report(exit, 4000, true, "--json -")
    }),
    attack("a page of thousands of explanations", "", 1, "different", |exit| {
        report(exit, 4000, true, "--html page.html")
    }),
    attack("a report of tens of thousands of entries", "", 1, "different", |exit| {
        report(exit, 20_000, false, "")
    }),
    attack(
        "a comparison that is too long",
        "",
        2,
        "longer than 67108864 bytes",
        |exit| {
            let folder = Folder::new();
            folder.write_json("result/definition.json", &definition());
            folder.write("result/comparison.json", "[".repeat((64 << 20) + 1));
            within_a_gibibyte(&folder, "report result", exit)
        },
    ),
    attack(
        "more comparisons than fit into one report",
        "",
        2,
        "more than 100663296 bytes",
        |exit| {
            let folder = Folder::new();
            for index in 0..4 {
                folder.write_json(&format!("{index}/definition.json"), &definition());
                folder.write(format!("{index}/comparison.json"), " ".repeat(30 << 20));
            }
            within_a_gibibyte(&folder, "report 0 1 2 3", exit)
        },
    ),
    attack(
        "a comparison of nothing but brackets",
        "",
        2,
        "not a valid comparison",
        |exit| {
            let folder = Folder::new();
            folder.write_json("result/definition.json", &definition());
            folder.write("result/comparison.json", "[".repeat(1 << 20));
            within_a_gibibyte(&folder, "report result", exit)
        },
    ),
    attack(
        "a tree of ten thousand links is hashed with a file",
        "",
        0,
        "",
        |exit| {
            let folder = Folder::new();
            folder.write("a/file", "");
            (0..10_000).for_each(|index| folder.link(&format!("a/{index}"), "file"));
            within_a_gibibyte(&folder, "hash a", exit)
        },
    ),
    attack("a file of a terabyte that has nothing in it", "", 2, "", |exit| {
        let folder = files("JSON numbers");
        folder.write("c", "");
        std::fs::File::options()
            .write(true)
            .open(folder.path("c"))
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
        within_a_gibibyte(&folder, "inspect c", exit)
    }),
];

/// A folder with both files of an input.
fn files(name: &str) -> Folder {
    let input = INPUTS.iter().find(|input| input.name == name);
    let (original, rebuilt) = (input.unwrap().make)(BYTES);
    let folder = Folder::new();
    folder.write("a", original);
    folder.write("b", rebuilt);
    folder
}

fn compare(exit: i32, name: &str) -> Output {
    within_a_gibibyte(&files(name), "compare a b", exit)
}

fn unsigned(exit: i32, name: &str) -> Output {
    within_a_gibibyte(&files(name), "compare a b --level unsigned", exit)
}

fn inspect(exit: i32, name: &str) -> Output {
    within_a_gibibyte(&files(name), "inspect a", exit)
}

/// Reports on a result whose comparison has `count` differing entries, each with an explanation if `is_explained`.
fn report(exit: i32, count: usize, is_explained: bool, arguments: &str) -> Output {
    let folder = Folder::new();
    folder.write_json("result/definition.json", &definition());
    let path = |index: usize| format!("{index:07}");
    let entry = |index: usize| json!({ "path": path(index), "original": { "type": "directory" }, "rebuilt": null });
    let explanation = |index: usize| {
        json!({
            "path": path(index), "members": [], "format": "bytes", "part": "", "field": null, "kind": "missing",
            "original": null, "rebuilt": null, "places": 1, "differing_bytes": 0, "cause": null
        })
    };
    let file = json!({ "type": "file", "executable": false, "size_bytes": 0, "sha256": crate::util::EMPTY });
    let mut entries: Vec<Value> = (0..count).map(entry).collect();
    entries.push(json!({ "path": "file", "original": file, "rebuilt": file }));
    let differences: Vec<_> = (0..count)
        .map(|index| json!({ "path": path(index), "kind": "missing" }))
        .collect();
    let explained = if is_explained { count } else { 0 };
    folder.write(
        "result/comparison.json",
        json!({
            "schema_version": 2, "level": "bits", "verdict": "different",
            "counts": {
                "entries": count + 1, "differences": count,
                "original_files": 1, "original_bytes": 0, "rebuilt_files": 1, "rebuilt_bytes": 0
            },
            "entries": entries, "differences": differences,
            "explanations": (0..explained).map(explanation).collect::<Vec<_>>(), "omitted_explanations": 0
        })
        .to_string(),
    );
    within_a_gibibyte(&folder, &format!("report result {arguments}"), exit)
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}

#[test]
fn every_input_is_in_the_table() {
    let table = include_str!("budgets.rs");
    for input in INPUTS {
        assert!(
            table.contains(&format!("compare(exit, {:?})", input.name)),
            "{}",
            input.name
        );
    }
}

#[test]
#[ignore = "writes a megabyte of each input below TMPDIR, to measure the commands with"]
fn the_inputs_are_written() {
    for input in INPUTS {
        let folder = std::env::temp_dir().join("samebits-worst").join(input.name);
        std::fs::create_dir_all(&folder).unwrap();
        let (original, rebuilt) = (input.make)(1_000_000);
        std::fs::write(folder.join("a"), original).unwrap();
        std::fs::write(folder.join("b"), rebuilt).unwrap();
    }
}
