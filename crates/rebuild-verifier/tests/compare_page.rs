//! `compare --html`: the page about a comparison.

use sample_files::pe::Pe;

use crate::util::Folder;

/// Compares `a` and `b`, and returns the page.
fn page_of(folder: &Folder, more: &[&str], expected_code: i32) -> String {
    let arguments = [&["compare", "a", "b", "--html", "page.html"], more].concat();
    folder.run(&arguments, expected_code);
    String::from_utf8(folder.read("page.html")).unwrap()
}

#[test]
fn the_page_says_where_builds_differ_with_both_values_the_cause_and_the_fix() {
    let folder = Folder::with_identical_trees();
    for (tree, timestamp) in [("a", 1_700_000_000), ("b", 1_700_000_001)] {
        let pe = Pe {
            timestamp,
            ..Pe::default()
        };
        folder.write(format!("{tree}/server.exe"), pe.bytes());
    }
    let page = page_of(&folder, &[], 1);
    for text in [
        "<title>Different – comparison</title>",
        "<h1>Comparison</h1>",
        "1 of 6 entries differ",
        "COFF header › TimeDateStamp",
        "1700000000 (2023-11-14T22:13:20Z)",
        "1700000001 (2023-11-14T22:13:21Z)",
        "(certain)",
        "the linker wrote the time of the link",
        "set SOURCE_DATE_EPOCH, which lld reads",
        "<h3>1 entry differs</h3>",
    ] {
        assert!(page.contains(text), "{text:?} is not in {page}");
    }
    assert!(!page.contains("<script"), "{page}");
    assert_eq!(page, page_of(&folder, &[], 1));
}

#[test]
fn a_page_about_what_is_the_same_lists_it_and_no_differences() {
    let folder = Folder::with_identical_trees();
    let page = page_of(&folder, &[], 0);
    assert!(page.contains("<title>Identical – comparison</title>"), "{page}");
    assert!(page.contains("bin/server") && !page.contains("Differences"), "{page}");
    let page = page_of(&folder, &["--level", "unsigned"], 0);
    assert!(page.contains("without code signatures"), "{page}");
}

#[test]
fn names_and_contents_that_attack_the_page_stay_text() {
    let folder = Folder::with_identical_trees();
    let hostile = "<img src=x onerror=1>\u{1b}[2J\u{202e}";
    folder.write(format!("a/{hostile}"), "");
    folder.write("a/json", "{\"</style><script>1</script>\": 1}");
    folder.write("b/json", "{\"</style><script>1</script>\": 2}");
    let page = page_of(&folder, &[], 1);
    for raw in ["<img", "<script", "\u{1b}", "\u{202e}"] {
        assert!(!page.contains(raw), "{raw:?} is in {page}");
    }
    assert!(page.contains("&lt;img src=x"), "{page}");
}

#[test]
fn a_page_is_written_nowhere_inside_of_what_is_compared_and_over_no_other_output() {
    let folder = Folder::with_identical_trees();
    let before = folder.names("");
    folder
        .run(&["compare", "a", "b", "--html", "a/page.html"], 2)
        .assert_error(&["lies inside"]);
    folder
        .run_words("compare a b --html x --json x", 2)
        .assert_error(&["two documents", "name another file"]);
    assert_eq!(folder.names(""), before);
}
