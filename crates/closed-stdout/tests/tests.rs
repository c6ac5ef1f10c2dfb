//! Starts this test program again, with and without a standard output.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use std::process::{Command, Output};

/// Runs `child_of_another_test` in its own process. The shell applies `redirection` to it.
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

/// Passes if standard output was closed.
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
        // The exit code of the test harness when a test fails.
        assert_eq!(output.status.code(), Some(101), "{redirection}: {output:?}");
    }
}
