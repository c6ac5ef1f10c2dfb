//! Tests the stamp in real programs: a small crate in release profile, built by the cargo that runs these tests.
//!
//! The crate is built without network from the inputs of this workspace's own build: the same lock file and the same
//! cargo configuration. Its only other dependencies are path dependencies.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use build_info::{BuildInfo, find_in};
use serde_json::Value;

const MANIFEST: &str = r#"
[package]
name = "NAME"
version = "1.2.3"
edition = "2024"

[workspace]

[dependencies]
build-info = { path = 'BUILD_INFO' }

[profile.release]
codegen-units = 1
lto = "thin"
panic = "abort"
strip = "symbols"
"#;

/// Prints its own stamp, or the stamp of the executable in its argument.
const MAIN: &str = r#"
static STAMP: build_info::Stamp = build_info::stamp!();

fn main() {
    let info = match std::env::args_os().nth(1) {
        None => STAMP.info(),
        Some(path) => build_info::find_in(&std::fs::read(path).unwrap()),
    };
    println!("{}", info.unwrap());
}
"#;

const VARIABLES: [(&str, &str); 5] = [
    ("SAMEBITS_REVISION", "0123456789abcdef0123456789abcdef01234567"),
    ("SAMEBITS_DIRTY", "false"),
    ("SOURCE_DATE_EPOCH", "1700000000"),
    ("SAMEBITS_TARGET", "some-target-triple"),
    ("SAMEBITS_TOOLCHAIN", "rustc 9.8.7"),
];

/// A separate crate for each test. All share one target folder, so that dependencies are compiled once.
///
/// `name` is the package's name too: executables with the same name would overwrite each other there.
struct Fixture {
    name: &'static str,
    manifest: PathBuf,
}

impl Fixture {
    fn new(name: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let build_info = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(folder.join("src")).unwrap();
        let manifest = MANIFEST
            .replace("NAME", name)
            .replace("BUILD_INFO", build_info.to_str().unwrap());
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("src/main.rs"), MAIN).unwrap();
        fs::copy(build_info.join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self {
            name,
            manifest: folder.join("Cargo.toml"),
        }
    }

    /// Builds the crate in release profile with exactly these variables of the stamp.
    fn build(&self, variables: &[(&str, &str)]) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([
                "build",
                "--release",
                "--offline",
                "--message-format=json",
                "--manifest-path",
            ])
            .arg(&self.manifest)
            .arg("--target-dir")
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"))
            // NB: cargo searches its configuration (vendored crates, linkers) upwards from here, like the outer build.
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("CARGO_NET_OFFLINE", "true");
        for (name, _) in VARIABLES {
            cargo.env_remove(name);
        }
        cargo.envs(variables.iter().copied()).output().unwrap()
    }

    /// Builds the crate, which must succeed. Returns the executable and the packages that had to be compiled.
    fn built(&self, variables: &[(&str, &str)]) -> (PathBuf, Vec<String>) {
        let output = self.build(variables);
        assert!(
            output.status.success(),
            "cargo build:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let artifacts: Vec<Value> = output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
            .filter(|message: &Value| message["reason"] == "compiler-artifact")
            .collect();
        let executable = artifacts
            .iter()
            .find_map(|artifact| artifact["executable"].as_str())
            .unwrap();
        let compiled = artifacts.iter().filter(|artifact| artifact["fresh"] == false);
        let compiled = compiled
            .map(|artifact| artifact["target"]["name"].as_str().unwrap().to_owned())
            .collect();
        (executable.into(), compiled)
    }

    /// Builds the crate, which must fail. Returns the compiler's messages.
    fn refused(&self, variables: &[(&str, &str)]) -> String {
        let output = self.build(variables);
        let messages = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "compiled with {variables:?}");
        messages
    }
}

fn printed_by(program: &Path, arguments: &[&Path]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{program:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_release_without_a_variable_does_not_compile_and_says_which_and_what_to_do() {
    let fixture = Fixture::new("without-a-variable");
    for (missing, _) in VARIABLES {
        let others: Vec<_> = VARIABLES.into_iter().filter(|(name, _)| *name != missing).collect();
        let messages = fixture.refused(&others);
        let expected = format!(
            "{missing} is not set, and a release build must know its origin: build with `nix build`, or set {missing} to "
        );
        assert!(messages.contains(&expected), "{expected}\nis not in:\n{messages}");
    }
}

#[test]
fn a_release_with_a_value_that_is_not_valid_does_not_compile() {
    let fixture = Fixture::new("with-a-bad-value");
    for (name, bad) in [
        ("SAMEBITS_REVISION", "main"),
        ("SAMEBITS_TOOLCHAIN", "rustc \"nightly\""),
        ("SOURCE_DATE_EPOCH", ""),
    ] {
        let mut variables = VARIABLES;
        variables
            .iter_mut()
            .filter(|(other, _)| *other == name)
            .for_each(|(_, value)| *value = bad);
        let messages = fixture.refused(&variables);
        assert!(
            messages.contains(&format!("{name} is not valid: set it to ")),
            "{messages}"
        );
    }
}

#[test]
fn the_stamp_of_a_stripped_release_is_found_in_its_bytes_and_is_what_it_prints() {
    let (executable, _) = Fixture::new("stripped").built(&VARIABLES);
    let info = find_in(&fs::read(&executable).unwrap()).unwrap();
    assert_eq!(
        info,
        BuildInfo {
            name: "stripped".into(),
            version: "1.2.3".into(),
            revision: VARIABLES[0].1.into(),
            dirty: false,
            source_date_epoch: 1_700_000_000,
            target: "some-target-triple".into(),
            toolchain: "rustc 9.8.7".into(),
        }
    );
    assert_eq!(printed_by(&executable, &[]), format!("{info}\n"));
}

#[test]
fn a_program_that_reads_other_stamps_holds_only_its_own() {
    let (executable, _) = Fixture::new("reader").built(&VARIABLES);
    let bytes = fs::read(&executable).unwrap();
    let magic = b"samebits-build-info-v1";
    assert_eq!(bytes.windows(magic.len()).filter(|window| window == magic).count(), 1);
    assert_eq!(printed_by(&executable, &[&executable]), printed_by(&executable, &[]));
}

// NB: macOS does not run an executable whose bytes no longer match its signature.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_changed_byte_of_the_stamp_is_what_the_program_prints() {
    let (executable, _) = Fixture::new("changed-byte").built(&VARIABLES);
    let mut bytes = fs::read(&executable).unwrap();
    let old = b"rustc 9.8.7";
    let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
    bytes[at..at + old.len()].copy_from_slice(b"rustc 1.2.3");
    let changed = executable.with_file_name("changed-byte-patched.exe");
    fs::copy(&executable, &changed).unwrap();
    fs::write(&changed, bytes).unwrap();
    assert!(printed_by(&changed, &[]).contains("toolchain: rustc 1.2.3\n"));
}

#[test]
fn a_new_revision_compiles_only_the_crate_that_is_stamped() {
    let fixture = Fixture::new("new-revision");
    fixture.built(&VARIABLES);
    let mut variables = VARIABLES;
    variables[0].1 = "unknown";
    let (executable, compiled) = fixture.built(&variables);
    assert_eq!(compiled, [fixture.name]);
    assert_eq!(find_in(&fs::read(executable).unwrap()).unwrap().revision, "unknown");
}
