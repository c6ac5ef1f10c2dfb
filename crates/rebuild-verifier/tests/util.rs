//! A folder for each test, and the program in it with a clean environment. A surprising exit code fails the test with
//! the command, the folder's content and both streams.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_rebuild-verifier");

/// A folder that is deleted after the test.
pub(crate) struct Folder(TempDir);

/// What a run wrote to its streams.
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Makes a folder with two identical trees `a` and `b`: an executable, a text and a link.
    pub(crate) fn with_identical_trees() -> Self {
        let folder = Self::new();
        for tree in ["a", "b"] {
            folder.write(format!("{tree}/bin/server"), b"\x7fELF server");
            folder.set_mode(&format!("{tree}/bin/server"), 0o755);
            folder.write(format!("{tree}/share/doc.txt"), b"text\n");
            folder.link(&format!("{tree}/server"), "bin/server");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: impl AsRef<OsStr>, content: impl AsRef<[u8]>) {
        let path = self.0.path().join(Path::new(name.as_ref()));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a file whose name need not be UTF-8.
    pub(crate) fn write_raw(&self, name: &[u8], content: &[u8]) {
        self.write(OsStr::from_bytes(name), content);
    }

    pub(crate) fn write_json(&self, name: &str, value: &Value) {
        self.write(name, serde_json::to_vec_pretty(value).unwrap());
    }

    pub(crate) fn make_folder(&self, name: &str) {
        fs::create_dir_all(self.path(name)).unwrap();
    }

    pub(crate) fn link(&self, name: &str, target: &str) {
        symlink(target, self.path(name)).unwrap();
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn read_json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// The path of everything below, sorted. Tests compare it before and after a run.
    pub(crate) fn names(&self, below: &str) -> Vec<String> {
        let root = self.path(below);
        let entries = walkdir::WalkDir::new(&root).min_depth(1).sort_by_file_name();
        entries
            .into_iter()
            .map(|entry| {
                entry
                    .unwrap()
                    .path()
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }

    /// Runs the program in this folder.
    pub(crate) fn run(&self, arguments: &[&str], expected_code: i32) -> Output {
        self.expect(self.command(PROGRAM).args(arguments), expected_code)
    }

    /// Runs the program in this folder. A single space separates the arguments.
    pub(crate) fn run_words(&self, arguments: &str, expected_code: i32) -> Output {
        self.run(&words(arguments), expected_code)
    }

    /// Runs a shell script in this folder. `$0` is the program.
    pub(crate) fn shell(&self, script: &str, expected_code: i32) -> Output {
        self.expect(self.command("sh").args(["-c", script, PROGRAM]), expected_code)
    }

    /// A command for this folder. Its environment has only PATH.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.0.path()).env_clear().stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    /// Runs a command, and fails unless it ends with this exit code.
    pub(crate) fn expect(&self, command: &mut Command, expected_code: i32) -> Output {
        let output = command.output().unwrap();
        let (stdout, stderr) = (lossy(&output.stdout), lossy(&output.stderr));
        assert!(
            output.status.code() == Some(expected_code),
            "{command:?}\nexpected exit code {expected_code}, got {}\n--- tree\n{}--- stdout\n{stdout}\n--- stderr\n{stderr}",
            output.status,
            self.tree(),
        );
        Output { stdout, stderr }
    }

    fn tree(&self) -> String {
        let mut text = String::new();
        for entry in walkdir::WalkDir::new(self.0.path())
            .min_depth(1)
            .sort_by_file_name()
            .into_iter()
            .flatten()
        {
            let length = entry.metadata().map_or(0, |metadata| metadata.len());
            writeln!(text, "{:?} {length} {:?}", entry.file_type(), entry.path()).unwrap();
        }
        text
    }

    /// Attests to `a` and `b` with the sample definition, as [`BUILDER`].
    pub(crate) fn attest(&self, out: &str, expected_code: i32) -> Output {
        self.write_json("definition.json", &definition());
        self.attest_as(BUILDER, out, expected_code)
    }

    /// Attests to `a` and `b` with the definition that is in the folder.
    pub(crate) fn attest_as(&self, builder: &str, out: &str, expected_code: i32) -> Output {
        let arguments = ["attest", "a", "b", "--definition", "definition.json", "--out", out];
        self.run(&[&arguments[..], &["--builder-id", builder]].concat(), expected_code)
    }
}

impl Output {
    /// Asserts that stderr has one line, with these words, and stdout has nothing.
    pub(crate) fn assert_error(&self, words: &[&str]) {
        assert_eq!(self.stdout, "");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("rebuild-verifier: "), "{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in {}", self.stderr);
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

pub(crate) const BUILDER: &str = "https://example.org/builders/1";
pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// The SHA-256 of an empty file in hex, and the same as Nix writes it.
pub(crate) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
pub(crate) const EMPTY_NAR: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// A derivation that both builds share.
pub(crate) const SHARED_DRV: &str = "3123456789abcdfghijklmnpqrsvwxyz-tools.drv";

/// A valid definition. Tests change it.
pub(crate) fn definition() -> Value {
    json!({
        "flakeAttribute": "server-aarch64-linux",
        "platform": "aarch64-linux",
        "target": "aarch64-unknown-linux-musl",
        "source": { "revision": COMMIT, "narHash": EMPTY_NAR },
        "sourceDateEpoch": 1785747939,
        "toolchain": "rustc 1.85.0",
        "resolvedDependencies": [
            {
                "name": "source",
                "uri": "git+https://example.org/samebits",
                "digest": { "gitCommit": COMMIT, "narSha256": EMPTY },
                "annotations": { "dirty": false }
            },
            { "name": "Cargo.lock", "digest": { "sha256": EMPTY } },
            { "name": "flake.lock", "digest": { "sha256": EMPTY } },
            { "name": "ziglang", "uri": "pkg:pypi/ziglang@0.15.2", "digest": { "sha256": EMPTY } }
        ],
        "variations": [
            { "name": "build-directory", "original": "/build/source", "rebuilt": "/build/a/much/longer/path" },
            { "name": "locale", "original": "C", "rebuilt": "tr_TR.UTF-8" }
        ],
        "sharedInputs": [{ "kind": "tools", "derivation": SHARED_DRV }]
    })
}

/// Splits a command line at single spaces.
pub(crate) fn words(command: &str) -> Vec<&str> {
    command.split(' ').collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
