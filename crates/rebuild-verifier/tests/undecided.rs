//! `compare`: what makes the exit code 2. One line on stderr names the file and the remedy.

use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::util::Folder;

#[test]
fn the_same_object_twice_proves_nothing_by_whatever_path() {
    let folder = Folder::with_identical_trees();
    folder.link("link", "a");
    folder.write("file", "");
    std::fs::hard_link(folder.path("file"), folder.path("hard-link")).unwrap();
    for (one, other) in [
        ("a", "a"),
        ("a", "link"),
        ("a/../a", "./a"),
        ("file", "file"),
        ("file", "hard-link"),
    ] {
        folder
            .run(&["compare", one, other], 2)
            .assert_error(&["the same object, which proves nothing", "separate builds"]);
    }
}

#[test]
fn two_trees_without_any_file_are_nothing_to_compare() {
    let folder = Folder::new();
    for tree in ["a", "b"] {
        folder.make_folder(&format!("{tree}/sub"));
        folder.link(&format!("{tree}/link"), "nowhere");
    }
    folder
        .run(&["compare", "a", "b"], 2)
        .assert_error(&["nothing to compare", "\"a\"", "\"b\""]);
}

#[test]
fn an_argument_that_does_not_exist_dangles_or_loops_is_named() {
    let folder = Folder::with_identical_trees();
    folder.link("dangling", "nowhere");
    folder.link("loop", "loop");
    for missing in ["nowhere", "dangling", "loop", "a/bin/server/deeper"] {
        folder
            .run(&["compare", "a", missing], 2)
            .assert_error(&["cannot read", missing, "check that it exists"]);
        folder
            .run(&["compare", missing, "a"], 2)
            .assert_error(&["cannot read", missing]);
    }
}

#[test]
fn a_named_pipe_is_refused_and_never_waited_for() {
    let folder = Folder::with_identical_trees();
    for tree in ["a", "b"] {
        assert!(
            Command::new("mkfifo")
                .arg(folder.path(&format!("{tree}/pipe")))
                .status()
                .unwrap()
                .success()
        );
    }
    folder
        .run(&["compare", "a", "b"], 2)
        .assert_error(&["a/pipe", "named pipe", "remove it"]);
    folder
        .run(&["compare", "a/pipe", "b/pipe"], 2)
        .assert_error(&["named pipe"]);
}

#[test]
fn a_socket_is_refused() {
    let folder = Folder::with_identical_trees();
    let _listener = UnixListener::bind(folder.path("b/socket")).unwrap();
    folder
        .run(&["compare", "a", "b"], 2)
        .assert_error(&["b/socket", "is a socket"]);
}

#[test]
fn devices_are_refused() {
    let folder = Folder::with_identical_trees();
    folder
        .run(&["compare", "a", "/dev/null"], 2)
        .assert_error(&["/dev/null", "character device"]);
    folder
        .run(&["compare", "/dev/zero", "/dev/null"], 2)
        .assert_error(&["character device"]);
}

#[test]
fn a_special_file_counts_for_more_than_a_difference() {
    let folder = Folder::with_identical_trees();
    folder.write("b/share/doc.txt", "other");
    let _listener = UnixListener::bind(folder.path("a/socket")).unwrap();
    folder.run(&["compare", "a", "b"], 2).assert_error(&["a/socket"]);
}

/// Reading the memory of a process at offset 0 is an error for everyone, even for root.
#[test]
fn a_file_that_cannot_be_read_is_named_even_for_root() {
    let folder = Folder::new();
    folder.write("x", "");
    folder
        .run(&["compare", "x", "/proc/self/mem"], 2)
        .assert_error(&["cannot read", "/mem"]);
}

/// The kernel gives size 0 for this file, but it has content, like a file that grows.
#[test]
fn a_file_that_has_more_bytes_than_its_size_says_has_changed() {
    let folder = Folder::new();
    folder.write("x", "");
    folder.run(&["compare", "x", "/proc/version"], 2).assert_error(&[
        "/proc/version",
        "changed while",
        "compare again",
    ]);
}

#[test]
fn an_output_inside_what_is_compared_is_refused_and_not_written() {
    let folder = Folder::with_identical_trees();
    let before = folder.names("");
    for output in ["a/out.json", "b/share/out.json", "a/new/out.json"] {
        folder
            .run(&["compare", "a", "b", "--json", output], 2)
            .assert_error(&["lies inside", "write the output elsewhere"]);
    }
    assert_eq!(folder.names(""), before);
}

#[test]
fn a_json_file_that_cannot_be_written_is_an_error_even_though_the_trees_are_identical() {
    let folder = Folder::with_identical_trees();
    folder
        .run(&["compare", "a", "b", "--json", "no/such/folder.json"], 2)
        .assert_error(&["cannot write", "no/such/folder.json"]);
    folder
        .run(&["compare", "a", "b", "--json", "/dev/full"], 2)
        .assert_error(&["/dev/full", "not a regular file", "`-`"]);
}
