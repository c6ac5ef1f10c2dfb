//! Tests the stamp in real programs: a small crate in release profile, built by the cargo that runs these tests.
//!
//! The crate is built without network from the inputs of this workspace's own build: the same lock file and the same
//! cargo configuration. Its only other dependencies are path dependencies.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use build_info::{BuildInfo, FindError, STAMP_BYTES, find_in};
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

/// What a build links in.
const LINKED: &str = r#"
#[used]
#[unsafe(no_mangle)]
static SAMEBITS_BUILD_INFO: [u8; build_info::STAMP_BYTES] = *include_bytes!("stamp");
"#;

const TEXT: &str = r#"{"name":"NAME","version":"1.2.3","revision":"0123456789abcdef0123456789abcdef01234567","dirty":false,"source_date_epoch":1700000000,"target":"some-target-triple","toolchain":"rustc 9.8.7","profile":"release","features":["tls"]}"#;

/// A separate crate for each test. All share one target folder, so that dependencies are compiled once.
///
/// `name` is the package's name too: executables with the same name would overwrite each other there.
struct Fixture {
    manifest: PathBuf,
}

impl Fixture {
    /// A crate whose build links the stamp.
    fn stamped(name: &'static str) -> Self {
        let info = BuildInfo::parse(TEXT.replace("NAME", name).as_bytes()).unwrap();
        let fixture = Self::new(name, &[MAIN, LINKED].concat());
        fs::write(fixture.manifest.with_file_name("src/stamp"), info.to_stamp().unwrap()).unwrap();
        fixture
    }

    fn new(name: &'static str, main: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let build_info = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(folder.join("src")).unwrap();
        let manifest = MANIFEST
            .replace("NAME", name)
            .replace("BUILD_INFO", build_info.to_str().unwrap());
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("src/main.rs"), main).unwrap();
        fs::copy(build_info.join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self {
            manifest: folder.join("Cargo.toml"),
        }
    }

    /// Builds the crate in release profile, with a value of `SAMEBITS_STAMP`.
    fn build(&self, stamp: Option<&str>) -> Output {
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
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("SAMEBITS_STAMP");
        cargo
            .envs(stamp.map(|value| ("SAMEBITS_STAMP", value)))
            .output()
            .unwrap()
    }

    /// Builds the crate, which must succeed. Returns the executable.
    fn built(&self, stamp: Option<&str>) -> PathBuf {
        let output = self.build(stamp);
        assert!(
            output.status.success(),
            "cargo build:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let messages = output.stdout.split(|byte| *byte == b'\n');
        let executable = messages
            .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from));
        executable.unwrap()
    }

    /// Builds the crate, which must fail. Returns the messages.
    fn refused(&self, stamp: Option<&str>) -> String {
        let output = self.build(stamp);
        let messages = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "built with {stamp:?}");
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
fn a_release_whose_stamp_is_not_linked_in_does_not_link() {
    let messages = Fixture::new("without-its-stamp", MAIN).refused(Some("linked"));
    assert!(messages.contains("SAMEBITS_BUILD_INFO"), "{messages}");
}

#[test]
fn another_value_of_the_variable_is_refused() {
    let messages = Fixture::stamped("with-a-bad-value").refused(Some("yes"));
    assert!(
        messages.contains("SAMEBITS_STAMP is 'yes': set it to 'linked', or not at all"),
        "{messages}"
    );
}

#[test]
fn a_build_of_anybody_else_says_that_it_has_no_stamp() {
    let executable = Fixture::new("not-stamped", MAIN).built(None);
    assert_eq!(find_in(&fs::read(&executable).unwrap()), Err(FindError::Missing));
    assert_eq!(
        printed_by(&executable, &[]),
        "not-stamped 1.2.3-dev (revision unknown, dirty)\ntarget: unknown\ntoolchain: unknown\nsource date: 1970-01-01T00:00:00Z\n"
    );
}

#[test]
fn zeros_in_the_stamps_place_are_no_stamp() {
    let fixture = Fixture::stamped("zeros");
    fs::write(fixture.manifest.with_file_name("src/stamp"), [0; STAMP_BYTES]).unwrap();
    assert!(printed_by(&fixture.built(Some("linked")), &[]).starts_with("zeros 1.2.3-dev (revision unknown, dirty)\n"));
}

#[test]
fn the_stamp_of_a_stripped_release_is_found_in_its_bytes_and_is_what_it_prints() {
    let executable = Fixture::stamped("stripped").built(Some("linked"));
    let info = find_in(&fs::read(&executable).unwrap()).unwrap();
    assert_eq!(
        info,
        BuildInfo::parse(TEXT.replace("NAME", "stripped").as_bytes()).unwrap()
    );
    assert_eq!(printed_by(&executable, &[]), format!("{info}\n"));
}

#[test]
fn a_program_that_reads_other_stamps_holds_only_its_own() {
    let executable = Fixture::stamped("reader").built(Some("linked"));
    let bytes = fs::read(&executable).unwrap();
    let magic = b"samebits-build-info-v1";
    assert_eq!(bytes.windows(magic.len()).filter(|window| window == magic).count(), 1);
    assert_eq!(printed_by(&executable, &[&executable]), printed_by(&executable, &[]));
}

// NB: macOS does not run an executable whose bytes no longer match its signature.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_changed_byte_of_the_stamp_is_what_the_program_prints() {
    let executable = Fixture::stamped("changed-byte").built(Some("linked"));
    let mut bytes = fs::read(&executable).unwrap();
    let old = b"rustc 9.8.7";
    let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
    bytes[at..at + old.len()].copy_from_slice(b"rustc 1.2.3");
    let changed = executable.with_file_name("changed-byte-patched.exe");
    fs::copy(&executable, &changed).unwrap();
    fs::write(&changed, bytes).unwrap();
    assert!(printed_by(&changed, &[]).contains("toolchain: rustc 1.2.3\n"));
}
