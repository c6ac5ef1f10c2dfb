//! Streams, exit codes and colours of every command.

use std::process::Stdio;

use crate::util::{Folder, PROGRAM};

#[test]
fn help_names_the_exit_codes_of_every_command() {
    let folder = Folder::new();
    for arguments in [
        &["--help"][..],
        &["compare", "--help"],
        &["attest", "--help"],
        &["report", "--help"],
        &["keygen", "--help"],
        &["sign", "--help"],
        &["verify", "--help"],
    ] {
        let output = folder.run(arguments, 0);
        for code in [
            "\n  0  the same",
            "\n  1  different, or rejected\n",
            "\n  2  could not decide",
        ] {
            assert!(output.stdout.contains(code), "{code:?} is not in\n{}", output.stdout);
        }
    }
}

#[test]
fn the_version_is_that_of_the_stamp() {
    let version = Folder::new().run(&["--version"], 0).stdout;
    assert!(
        version.starts_with(concat!("rebuild-verifier ", env!("CARGO_PKG_VERSION"))),
        "{version}"
    );
    assert!(version.contains("\ntoolchain: "), "{version}");
}

#[test]
fn bad_arguments_exit_with_2_and_say_so_on_stderr() {
    let folder = Folder::with_identical_trees();
    for arguments in [
        &[][..],
        &["compare"],
        &["compare", "a"],
        &["compare", "a", "b", "a"],
        &["compare", "a", "b", "--jsno", "x"],
        &["report"],
        &["hash"],
        &["attest", "a", "b"],
        &["no-such-command"],
    ] {
        let output = folder.run(arguments, 2);
        assert_eq!(output.stdout, "");
        assert!(!output.stderr.is_empty());
    }
}

/// The reader has ended before the program starts.
#[test]
fn a_pipe_that_nobody_reads_is_exit_code_141_without_a_message() {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    for arguments in [
        &["compare", "a", "b"][..],
        &["report", "out"],
        &["report", "out", "--html", "-"],
        &["hash", "a"],
        &["completions", "bash"],
        &["--help"],
        &["compare", "a", "b", "--json", "-"],
    ] {
        let mut reader = folder.command("true").stdin(Stdio::piped()).spawn().unwrap();
        let pipe = reader.stdin.take().unwrap();
        reader.wait().unwrap();
        let output = folder.expect(folder.command(PROGRAM).args(arguments).stdout(pipe), 141);
        assert!(!output.stderr.contains("rebuild-verifier:"), "{}", output.stderr);
    }
}

#[test]
fn output_that_does_not_arrive_is_never_a_success() {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    for arguments in [
        "compare a b",
        "compare a b --json -",
        "report out",
        "report out --json -",
        "hash a",
        "completions zsh",
        "--help",
        "--version",
    ] {
        for output in [">/dev/full", ">&-"] {
            let output = folder.shell(&format!("\"$0\" {arguments} {output}"), 2);
            assert!(
                output.stderr.contains("cannot write to standard output"),
                "{}",
                output.stderr
            );
        }
        // Output that is thrown away is no error.
        folder.shell(&format!("\"$0\" {arguments} > /dev/null"), 0);
        folder.shell(&format!("\"$0\" {arguments} <> /dev/null >&0"), 0);
    }
}

#[test]
fn quiet_says_nothing_but_errors_and_keeps_the_exit_code() {
    let folder = Folder::with_identical_trees();
    for arguments in [&["-q", "compare", "a", "b"][..], &["compare", "a", "b", "--quiet"]] {
        let output = folder.run(arguments, 0);
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""));
    }
    folder.write("b/bin/server", "other");
    let output = folder.run(&["compare", "a", "b", "--quiet"], 1);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""));
    folder
        .run(&["compare", "a", "nowhere", "--quiet"], 2)
        .assert_error(&["nowhere"]);
}

#[test]
fn json_on_stdout_is_alone_there() {
    let folder = Folder::with_identical_trees();
    folder.write("b/bin/server", "other");
    let output = folder.run(&["compare", "a", "b", "--json", "-"], 1);
    assert_eq!(output.json()["verdict"], "different");
    assert!(output.stderr.starts_with("different: "), "{}", output.stderr);
}

#[test]
fn colours_appear_only_when_asked_for_or_on_a_terminal() {
    let folder = Folder::with_identical_trees();
    let has_colours = |arguments: &[&str]| folder.run(arguments, 0).stdout.contains('\x1b');
    assert!(!has_colours(&["compare", "a", "b"]));
    assert!(!has_colours(&["compare", "a", "b", "--color=auto"]));
    assert!(!has_colours(&["compare", "a", "b", "--color=never"]));
    assert!(has_colours(&["compare", "a", "b", "--color=always"]));
}

#[test]
fn the_next_command_can_be_pasted_even_with_odd_names() {
    let folder = Folder::new();
    folder.write("it's one", "1");
    folder.write("-two", "2");
    let text = folder.run(&["compare", "--", "it's one", "-two"], 1).stdout;
    assert!(text.ends_with("\nnext: diffoscope 'it'\\''s one' ./-two\n"), "{text}");
}
