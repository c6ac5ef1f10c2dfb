//! What a program is told that was started with and without a standard output: this one, again.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use std::process::{Command, Output};

/// Only the test `child`, in a process of its own, which the shell starts with what it is told of standard output.
fn child(redirection: &str) -> Output {
    let program = std::env::current_exe().unwrap();
    Command::new("sh")
        .arg("-c")
        .arg(format!(
            r#"exec "$0" --ignored --exact child_of_another_test {redirection}"#
        ))
        .arg(program)
        .output()
        .unwrap()
}

/// Passes where standard output was closed.
#[test]
#[ignore = "for the processes that the other tests start"]
fn child_of_another_test() {
    assert!(closed_stdout::was_closed());
}

#[test]
fn closed_standard_output_is_told() {
    let output = child(">&-");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn open_standard_output_is_not_taken_for_closed() {
    for redirection in ["", ">/dev/null", "2>&-", "<&-"] {
        let output = child(redirection);
        // What the test harness exits with when a test fails.
        assert_eq!(output.status.code(), Some(101), "{redirection}: {output:?}");
    }
}
