//! The program: the exit code is 0 only for files about which all readers agree.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

fn run(files: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_format-oracles"));
    command.args(files).output().unwrap()
}

#[test]
fn a_file_about_which_all_agree_has_a_line_for_each_reader() {
    let folder = tempfile::tempdir().unwrap();
    let elf = folder.path().join("elf");
    std::fs::write(&elf, &sample_files::samples()[0].1).unwrap();
    let output = run(&[&elf]);
    assert!(output.status.success(), "{output:?}");
    let path = elf.display();
    let expected = format!("{path}\tELF\tgoblin\t1\t5\n{path}\tELF\tobject\t1\t5\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn no_argument_a_missing_file_text_and_a_truncated_file_are_failures_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("text"), "text").unwrap();
    std::fs::write(path("cut-off"), &sample_files::samples()[0].1[..100]).unwrap();
    for (files, why) in [
        (vec![], "there is nothing to read"),
        (vec![path("missing")], "cannot read it"),
        (vec![path("text")], "no other reader takes it"),
        (vec![path("cut-off")], "no other reader takes it"),
    ] {
        let files: Vec<_> = files.iter().map(|file| file.as_path()).collect();
        let output = run(&files);
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(why), "{stderr}");
    }
}
