//! Tests the real executable: its output and exit codes.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use build_info::BuildInfo;
use serde_json::Value;

/// The executable under test.
const SYSINFO: &str = env!("CARGO_BIN_EXE_sysinfo");

/// The checks that need no file, in their order.
const CHECKS: [&str; 8] = [
    "sha-256",
    "integers",
    "floats",
    "byte-order",
    "memory",
    "hash-map",
    "threads",
    "clock",
];

/// A command with an empty environment, except for what a process needs on Windows.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(SYSINFO);
    command.args(arguments).env_clear().stdin(Stdio::null());
    if let Some(root) = std::env::var_os("SYSTEMROOT") {
        command.env("SYSTEMROOT", root);
    }
    command
}

/// Runs the executable. Returns exit code, standard output and standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn stamp() -> BuildInfo {
    build_info::stamp!().info().unwrap()
}

/// A path for one test, at which no file exists.
fn file(name: &str) -> PathBuf {
    // The whole workspace shares this folder, so the name is prefixed.
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sysinfo-{name}"));
    let _ = fs::remove_file(&path);
    path
}

/// The names in the lines `passed  <name>: …`, and the last line.
fn passed(stdout: &str) -> (Vec<&str>, &str) {
    let mut lines: Vec<&str> = stdout.lines().collect();
    let last = lines.pop().unwrap();
    (
        lines
            .iter()
            .map(|line| {
                let rest = line.strip_prefix("passed  ").unwrap_or_else(|| panic!("{stdout}"));
                rest.split_once(": ").unwrap().0
            })
            .collect(),
        last,
    )
}

#[test]
fn version_prints_the_stamp() {
    for flag in ["--version", "-V"] {
        let (code, stdout, stderr) = run(&[flag]);
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, format!("{}\n", stamp()));
    }
    assert_eq!(stamp().name, "sysinfo");
}

#[test]
fn text_tells_the_build_and_then_the_platform() {
    let (code, stdout, stderr) = run(&[]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let system = stdout.strip_prefix(&format!("{}\n", stamp())).unwrap();
    let names: Vec<&str> = system.lines().map(|line| line.split_once(": ").unwrap().0).collect();
    assert_eq!(
        names,
        [
            "architecture",
            "operating system",
            "pointer width",
            "endianness",
            "cpu features assumed",
            "parallelism"
        ]
    );
}

#[test]
fn json_is_one_line_that_tells_the_same() {
    let (code, stdout, stderr) = run(&["--json"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout.lines().count(), 1);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        BuildInfo::parse(report["build"].to_string().as_bytes()).unwrap(),
        stamp()
    );
    assert_eq!(report["system"]["architecture"], std::env::consts::ARCH);
    assert_eq!(report["system"]["os"], std::env::consts::OS);
    assert_eq!(report["system"]["pointer_width_bits"], usize::BITS);
}

#[test]
fn two_runs_tell_the_same() {
    assert_eq!(run(&["--json"]), run(&["--json"]));
    assert_eq!(run(&["check"]), run(&["check"]));
}

#[test]
fn every_check_passes_one_line_each() {
    let (code, stdout, stderr) = run(&["check"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert_eq!(passed(&stdout), (CHECKS.to_vec(), "8 passed, 0 failed"));
}

#[test]
fn a_file_that_is_named_is_checked_too_and_is_gone_afterwards() {
    let path = file("checked");
    let (code, stdout, stderr) = run(&["check", path.to_str().unwrap()]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let (names, last) = passed(&stdout);
    assert_eq!((names.last(), last), (Some(&"file"), "9 passed, 0 failed"));
    assert!(!path.exists());
}

#[test]
fn a_file_that_exists_is_refused_with_2_and_left_alone() {
    let path = file("existing");
    fs::write(&path, "mine").unwrap();
    let (code, stdout, stderr) = run(&["check", path.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(stdout.ends_with("8 passed, 0 failed, 1 not made\n"), "{stdout}");
    assert_eq!(
        stderr,
        format!(
            "sysinfo: cannot create '{}' (entity already exists): \
             name a new file in a folder that can be written to\n",
            path.display()
        )
    );
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_file_in_a_folder_that_does_not_exist_ends_with_2_and_names_it() {
    let path = file("nowhere").join("file");
    let (code, _, stderr) = run(&["check", path.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains(&path.display().to_string()), "{stderr}");
}

#[test]
fn arguments_that_make_no_sense_are_refused_with_2() {
    for arguments in [
        &["--nonsense"][..],
        &["nonsense"],
        &["--json", "--version"],
        &["--json", "check"],
        &["check", "a", "b"],
        &["check", "--json"],
    ] {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(stderr.starts_with("error: "), "{arguments:?}: {stderr}");
    }
}

#[test]
fn help_names_every_flag_the_check_and_the_exit_codes() {
    let (code, stdout, _) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for text in ["--json", "--version", "check", "Exit codes:"] {
        assert!(stdout.contains(text), "{text} is not in:\n{stdout}");
    }
    let (code, stdout, _) = run(&["check", "--help"]);
    assert_eq!(code, Some(0));
    assert!(stdout.contains("[FILE]"), "{stdout}");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_ends_with_2() {
    for arguments in [&[][..], &["--json"], &["--version"], &["check"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.ends_with(": keep it open\n"), "{arguments:?}: {stderr}");
    }
}
