//! `hash`: manifests, `sha256sum` that checks them, and what makes the exit code 2.

use crate::util::{EMPTY, Folder};

#[test]
fn sha256sum_checks_the_text_form_and_finds_a_changed_byte() {
    let folder = Folder::with_identical_trees();
    folder.write("a/with space/ü", "");
    folder.run(&["hash", "a", "b"], 0);
    folder.shell("\"$0\" hash a b/bin/server > sums && sha256sum -c sums", 0);
    folder.write("a/share/doc.txt", "other");
    let output = folder.shell("sha256sum -c sums", 1);
    assert!(output.stdout.contains("a/share/doc.txt: FAILED"), "{}", output.stdout);
}

#[test]
fn lines_are_sorted_by_path_whatever_the_order_of_the_arguments_and_none_comes_twice() {
    let folder = Folder::with_identical_trees();
    let text = folder.run(&["hash", "b", "a", "b", "a/bin"], 0).stdout;
    let paths: Vec<_> = text.lines().map(|line| &line[66..]).collect();
    assert_eq!(
        paths,
        ["a/bin/server", "a/share/doc.txt", "b/bin/server", "b/share/doc.txt"]
    );
    assert_eq!(text, folder.run(&["hash", "a", "b"], 0).stdout);
}

#[test]
fn names_that_would_break_a_line_are_escaped_as_sha256sum_does() {
    let folder = Folder::new();
    for name in [&b"t/new\nline"[..], b"t/back\\slash", b"t/return\r"] {
        folder.write_raw(name, b"");
    }
    let text = folder.run(&["hash", "t"], 0).stdout;
    let expected: String = ["t/back\\\\slash", "t/new\\nline", "t/return\\r"]
        .map(|name| format!("\\{EMPTY}  {name}\n"))
        .concat();
    assert_eq!(text, expected);
}

#[test]
fn a_file_named_like_standard_input_is_not_taken_for_it() {
    let folder = Folder::new();
    folder.write("-", "");
    assert_eq!(folder.run(&["hash", "-"], 0).stdout, format!("{EMPTY}  ./-\n"));
}

#[test]
fn an_argument_may_be_a_link_but_no_link_below_it_is_followed() {
    let folder = Folder::with_identical_trees();
    folder.link("result", "a");
    let text = folder.run(&["hash", "result"], 0).stdout;
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("  result/bin/server\n"), "{text}");
}

#[test]
fn json_has_everything_that_a_comparison_looks_at() {
    let folder = Folder::with_identical_trees();
    folder.write("single", "");
    let json = folder.run(&["hash", "a", "single", "--json"], 0).json();
    let entry = |root: usize, at: usize| &json["roots"][root]["entries"][at];
    assert_eq!(json["roots"][0]["argument"], "a");
    assert_eq!(entry(0, 0)["type"], "directory");
    assert_eq!(
        (&entry(0, 1)["path"], &entry(0, 1)["executable"]),
        (&"bin/server".into(), &true.into())
    );
    assert_eq!(entry(0, 2)["target"], "bin/server");
    assert_eq!(
        (&entry(1, 0)["path"], &entry(1, 0)["sha256"]),
        (&"single".into(), &EMPTY.into())
    );
}

#[test]
fn nothing_is_printed_unless_everything_could_be_read() {
    let folder = Folder::with_identical_trees();
    folder.make_folder("empty");
    folder.shell("mkdir special && mkfifo special/pipe", 0);
    for (argument, words) in [
        ("nowhere", "cannot read"),
        ("empty", "holds no file"),
        ("special", "named pipe"),
        ("/dev/null", "character device"),
    ] {
        folder
            .run(&["hash", "a", argument, "b"], 2)
            .assert_error(&[argument, words]);
    }
}
