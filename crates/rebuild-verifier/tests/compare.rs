//! `compare`: what is the same, what differs, and how it says so.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};

use serde_json::json;

use crate::util::{EMPTY, Folder};

/// The differences in `comparison.json` between `a` and `b`.
fn differences(folder: &Folder) -> serde_json::Value {
    let comparison = folder.run(&["compare", "a", "b", "--json", "-"], 1).json();
    assert_eq!(comparison["verdict"], "different");
    assert_eq!(
        comparison["counts"]["differences"],
        comparison["differences"].as_array().unwrap().len()
    );
    comparison["differences"].clone()
}

#[test]
fn identical_trees_are_identical() {
    let folder = Folder::with_identical_trees();
    let output = folder.run(&["compare", "a", "b"], 0);
    assert_eq!(output.stdout, "identical: 2 files, 16 bytes in each\n");
    assert_eq!(output.stderr, "");
}

#[test]
fn identical_files_are_identical_whatever_they_are_called() {
    let folder = Folder::new();
    folder.write("one", "same");
    folder.write("two", "same");
    let comparison = folder.run(&["compare", "one", "two", "--json", "-"], 0).json();
    assert_eq!(comparison["entries"][0]["path"], "one");
    assert_eq!(comparison["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn empty_files_are_files_and_can_be_identical() {
    let folder = Folder::new();
    folder.write("a/x", "");
    folder.write("b/x", "");
    let comparison = folder.run(&["compare", "a", "b", "--json", "-"], 0).json();
    assert_eq!(comparison["entries"][0]["original"]["sha256"], EMPTY);
}

#[test]
fn one_changed_byte_is_different_and_its_offset_and_both_digests_are_told() {
    let folder = Folder::with_identical_trees();
    folder.write("b/share/doc.txt", "teXt\n");
    assert_eq!(
        differences(&folder),
        json!([{ "path": "share/doc.txt", "kind": "content", "first_differing_offset_bytes": 2, "differing_bytes": 1 }])
    );
    let text = folder.run(&["compare", "a", "b"], 1).stdout;
    for part in [
        "different: 1 difference in 5 entries\n",
        "content: share/doc.txt\n",
        "offset 2 (0x2), 1 byte differs\n",
        "b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733",
        "acb4f54cfd476edd6f919112f2096f5da3cebb220dd353c54922dee9ee71cef4",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(text.ends_with("\nnext: diffoscope a b\n"), "{text}");
}

#[test]
fn longer_file_with_equal_prefix_is_different() {
    let folder = Folder::new();
    folder.write("a/x", "same");
    folder.write("b/x", "same and more");
    assert_eq!(
        differences(&folder),
        json!([{ "path": "x", "kind": "content", "first_differing_offset_bytes": 4, "differing_bytes": 9 }])
    );
}

#[test]
fn an_empty_file_against_a_full_one_is_different_from_its_first_byte() {
    let folder = Folder::new();
    folder.write("a/x", "");
    folder.write("b/x", "12");
    assert_eq!(
        differences(&folder),
        json!([{ "path": "x", "kind": "content", "first_differing_offset_bytes": 0, "differing_bytes": 2 }])
    );
}

#[test]
fn a_huge_sparse_file_whose_last_byte_differs_is_different() {
    const LAST: u64 = (1 << 28) - 1;
    let folder = Folder::new();
    folder.make_folder("a");
    folder.make_folder("b");
    for (name, last) in [("a/x", b"1"), ("b/x", b"2")] {
        let mut file = File::create(folder.path(name)).unwrap();
        file.seek(SeekFrom::Start(LAST)).unwrap();
        file.write_all(last).unwrap();
    }
    assert_eq!(
        differences(&folder),
        json!([{ "path": "x", "kind": "content", "first_differing_offset_bytes": LAST, "differing_bytes": 1 }])
    );
}

#[test]
fn missing_and_unexpected_entries_of_every_type_are_different() {
    let folder = Folder::with_identical_trees();
    folder.write("a/only-a", "");
    folder.make_folder("a/only-a-folder");
    folder.link("b/only-b-link", "nowhere");
    folder.write("b/only-b/file", "12");
    assert_eq!(
        differences(&folder),
        json!([
            { "path": "only-a", "kind": "missing" },
            { "path": "only-a-folder", "kind": "missing" },
            { "path": "only-b", "kind": "unexpected" },
            { "path": "only-b-link", "kind": "unexpected" },
            { "path": "only-b/file", "kind": "unexpected" }
        ])
    );
    let text = folder.run(&["compare", "a", "b"], 1).stdout;
    assert!(
        text.contains("missing: only-a-folder\n  original  directory\n  rebuilt   nothing\n"),
        "{text}"
    );
    assert!(
        text.contains("  original  nothing\n  rebuilt   symlink to nowhere\n"),
        "{text}"
    );
}

#[test]
fn a_file_on_one_side_only_still_has_its_digest() {
    let folder = Folder::with_identical_trees();
    folder.write("b/extra", "");
    let comparison = folder.run(&["compare", "a", "b", "--json", "-"], 1).json();
    let extra = &comparison["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["path"] == "extra")
        .unwrap();
    assert_eq!(extra["original"], json!(null));
    assert_eq!(
        extra["rebuilt"],
        json!({ "type": "file", "executable": false, "size_bytes": 0, "sha256": EMPTY })
    );
}

#[test]
fn a_tree_without_files_is_different_from_one_with_files() {
    let folder = Folder::new();
    folder.make_folder("a");
    folder.write("b/x", "");
    assert_eq!(differences(&folder), json!([{ "path": "x", "kind": "unexpected" }]));
}

#[test]
fn the_executable_bit_alone_makes_a_difference() {
    let folder = Folder::with_identical_trees();
    folder.set_mode("b/bin/server", 0o655);
    assert_eq!(
        differences(&folder),
        json!([{ "path": "bin/server", "kind": "executable" }])
    );
}

#[test]
fn other_bits_of_the_mode_and_times_make_none() {
    let folder = Folder::with_identical_trees();
    folder.set_mode("b/bin/server", 0o700);
    folder.set_mode("b/share/doc.txt", 0o600);
    folder.set_mode("b/share", 0o700);
    File::options()
        .write(true)
        .open(folder.path("b/share/doc.txt"))
        .unwrap()
        .set_modified(std::time::UNIX_EPOCH)
        .unwrap();
    folder.run(&["compare", "a", "b"], 0);
}

#[test]
fn one_entry_may_differ_in_two_ways() {
    let folder = Folder::with_identical_trees();
    folder.write("b/bin/server", "other");
    folder.set_mode("b/bin/server", 0o644);
    let differences = differences(&folder);
    assert_eq!(
        (&differences[0]["kind"], &differences[1]["kind"]),
        (&json!("content"), &json!("executable"))
    );
    assert!(
        folder
            .run(&["compare", "a", "b"], 1)
            .stdout
            .contains("\ncontent, executable: bin/server\n")
    );
}

#[test]
fn a_link_to_somewhere_else_is_different_even_if_it_leads_to_the_same_content() {
    let folder = Folder::with_identical_trees();
    folder.remove("b/server");
    folder.link("b/server", "./bin/server");
    assert_eq!(
        differences(&folder),
        json!([{ "path": "server", "kind": "link-target" }])
    );
}

#[test]
fn a_link_is_never_the_file_that_it_points_to() {
    let folder = Folder::with_identical_trees();
    folder.remove("b/server");
    folder.write("b/server", b"\x7fELF server");
    assert_eq!(differences(&folder), json!([{ "path": "server", "kind": "type" }]));
}

#[test]
fn a_folder_where_a_file_was_is_different_and_so_is_what_it_holds() {
    let folder = Folder::new();
    folder.write("a/x", "");
    folder.write("b/x/y", "");
    assert_eq!(
        differences(&folder),
        json!([{ "path": "x", "kind": "type" }, { "path": "x/y", "kind": "unexpected" }])
    );
}

#[test]
fn a_file_against_a_folder_is_different_as_a_whole() {
    let folder = Folder::new();
    folder.write("a", "");
    folder.write("b/x", "");
    assert_eq!(differences(&folder), json!([{ "path": ".", "kind": "type" }]));
    let text = folder.run(&["compare", "b", "a"], 1).stdout;
    assert!(text.contains("type: .\n  original  directory\n"), "{text}");
}

#[test]
fn links_that_dangle_loop_or_leave_the_tree_are_compared_and_never_followed() {
    let folder = Folder::with_identical_trees();
    folder.write("outside/secret", "");
    for tree in ["a", "b"] {
        folder.link(&format!("{tree}/loop"), "loop");
        folder.link(&format!("{tree}/up"), "..");
        folder.link(&format!("{tree}/outside"), "../outside");
        folder.link(&format!("{tree}/dangling"), "nowhere");
    }
    let comparison = folder.run(&["compare", "a", "b", "--json", "-"], 0).json();
    assert_eq!(comparison["counts"]["original_files"], 2);
    assert_eq!(comparison["counts"]["entries"], 9);
}

#[test]
fn the_arguments_themselves_may_be_links() {
    let folder = Folder::with_identical_trees();
    folder.link("result", "a");
    folder.link("result-rebuilt", "b");
    folder.run(&["compare", "result", "result-rebuilt"], 0);
}

#[test]
fn files_that_are_hard_links_across_the_trees_are_fine() {
    let folder = Folder::new();
    folder.write("a/x", "same");
    folder.make_folder("b");
    std::fs::hard_link(folder.path("a/x"), folder.path("b/x")).unwrap();
    folder.run(&["compare", "a", "b"], 0);
}

#[test]
fn names_that_are_not_utf8_are_told_apart_and_written_reversibly() {
    let folder = Folder::new();
    for tree in ["a", "b"] {
        folder.write_raw(&[tree.as_bytes(), b"/n\xff"].concat(), b"");
        folder.write_raw(&[tree.as_bytes(), b"/n\\xff"].concat(), b"");
        folder.write_raw(&[tree.as_bytes(), b"/n\n"].concat(), b"");
    }
    folder.write_raw(b"b/n\xfe", b"");
    let output = folder.run(&["compare", "a", "b", "--json", "-"], 1);
    let comparison = output.json();
    let paths: Vec<_> = comparison["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["path"])
        .collect();
    assert_eq!(paths, [r"n\x0a", r"n\\xff", r"n\xfe", r"n\xff"]);
    assert_eq!(
        comparison["differences"],
        json!([{ "path": r"n\xfe", "kind": "unexpected" }])
    );
}

#[test]
fn entries_are_sorted_by_the_bytes_of_their_whole_path() {
    let folder = Folder::new();
    for tree in ["a", "b"] {
        for name in ["x/y", "x-y", "x.y", "X", "é"] {
            folder.write(format!("{tree}/{name}"), "");
        }
    }
    let comparison = folder.run(&["compare", "a", "b", "--json", "-"], 0).json();
    let paths: Vec<_> = comparison["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["path"])
        .collect();
    assert_eq!(paths, ["X", "x", "x-y", "x.y", "x/y", "é"]);
}

#[test]
fn a_thousand_files_are_all_compared_and_the_one_that_differs_is_found() {
    let folder = Folder::new();
    for tree in ["a", "b"] {
        for index in 0..1000 {
            folder.write(format!("{tree}/{}/{index}", index % 7), index.to_string());
        }
    }
    assert!(
        folder
            .run(&["compare", "a", "b"], 0)
            .stdout
            .starts_with("identical: 1000 files")
    );
    folder.write("b/3/999", "99_");
    folder.remove("b/5/5");
    assert_eq!(differences(&folder)[1], json!({ "path": "5/5", "kind": "missing" }));
}

#[test]
fn the_json_file_is_the_same_bytes_each_time_names_no_folder_and_replaces_the_old_one() {
    let folder = Folder::with_identical_trees();
    folder.write("out.json", "old");
    folder.run(&["compare", "a", "b", "--json", "out.json"], 0);
    let first = folder.read("out.json");
    folder.run(
        &["compare", folder.path("b").to_str().unwrap(), "a", "--json", "out.json"],
        0,
    );
    assert_eq!(
        String::from_utf8(folder.read("out.json")).unwrap(),
        String::from_utf8(first.clone()).unwrap()
    );
    assert_eq!(
        folder.run(&["compare", "a", "b", "--json", "-"], 0).stdout.as_bytes(),
        first
    );
    assert!(
        !String::from_utf8(first)
            .unwrap()
            .contains(folder.path("").to_str().unwrap())
    );
    assert_eq!(folder.names("").iter().filter(|name| name.contains("out")).count(), 1);
}
