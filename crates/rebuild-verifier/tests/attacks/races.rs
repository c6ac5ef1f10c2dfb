//! Files that change while they are read.

use std::fs::{self, File, FileTimes};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rustix::process::{Pid, Signal, kill_process};

use super::{Attack, all_fail, attack};
use crate::builders::Scene;
use crate::util::{Folder, Output, PROGRAM};

/// Reading a file of this size takes so long that the test can stop the program meanwhile.
const LARGE_BYTES: u64 = 12 << 20;

const ATTACKS: &[Attack] = &[
    attack(
        "a file is rewritten and its time put back",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b/other", exit, rewrite),
    ),
    attack("the same in the original", "", 2, "changed while", |exit| {
        meddle(COMPARE, "a/other", exit, rewrite)
    }),
    attack(
        "a file is rewritten and both of its times put back to what they were long ago",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b/other", exit, age),
    ),
    attack(
        "a file is rewritten, read, and written back as it was",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b/other", exit, rewrite_twice),
    ),
    attack(
        "another file with the same bytes and times is moved into its place",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b/other", exit, replace),
    ),
    attack(
        "a file is replaced by a link to a file with the same bytes",
        "",
        2,
        "/b",
        |exit| meddle(COMPARE, "b/other", exit, link),
    ),
    attack(
        "a folder is replaced by another with the same names",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b", exit, replace_folder),
    ),
    attack(
        "a file is made executable and plain again",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b/other", exit, toggle_mode),
    ),
    attack("a file is renamed and renamed back", "", 2, "changed while", |exit| {
        meddle(COMPARE, "b/other", exit, rename_twice)
    }),
    attack(
        "the large file itself is rewritten where it was read already",
        "",
        2,
        "changed while",
        |exit| meddle(COMPARE, "b/large", exit, rewrite),
    ),
    attack(
        "the large file is rewritten where it was read already, while it has no counterpart",
        "",
        2,
        "changed while",
        |exit| meddle(HASH, "b/large", exit, rewrite),
    ),
    attack(
        "another file of a tree that is hashed is rewritten and its time put back",
        "",
        2,
        "changed while",
        |exit| meddle(HASH, "b/other", exit, rewrite),
    ),
    attack(
        "nothing is printed of a tree that changed while it was hashed",
        "",
        2,
        "changed while",
        |exit| {
            let output = meddle(HASH, "b/other", exit, rewrite);
            assert_eq!(output.stdout, "");
            output
        },
    ),
    attack(
        "an executable is rewritten and its time put back while it is inspected",
        "",
        2,
        "changed while",
        |exit| meddle(&["inspect", "b/large"], "b/large", exit, rewrite),
    ),
    attack(
        "an artifact is rewritten and its time put back while it is verified",
        "",
        2,
        "changed while",
        |exit| {
            let scene = Scene::with_two_builders();
            let arguments = ["verify", "b/large", "--attestation", "one", "--key", "one.pub"];
            meddle_in(&scene.folder, &arguments, "b/large", exit, rewrite)
        },
    ),
    attack(
        "two builds that nobody meddles with are the same",
        "",
        0,
        "identical",
        |exit| meddle(COMPARE, "b/other", exit, |_, _| {}),
    ),
    attack(
        "two builds that are only read meanwhile are the same",
        "",
        0,
        "identical",
        |exit| meddle(COMPARE, "b/other", exit, |folder, name| drop(folder.read(name))),
    ),
];

const COMPARE: &[&str] = &["compare", "a", "b"];
const HASH: &[&str] = &["hash", "b"];

/// A change of a file.
type Meddle = fn(&Folder, &str);

/// Runs the program on two trees, each with a large file and another. Changes `victim` while the large file is read.
fn meddle(arguments: &[&str], victim: &str, exit: i32, how: Meddle) -> Output {
    meddle_in(&Folder::new(), arguments, victim, exit, how)
}

pub(super) fn meddle_in(folder: &Folder, arguments: &[&str], victim: &str, exit: i32, how: Meddle) -> Output {
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/other"), "content");
        folder.write(format!("{tree}/large"), b"\x7fELF\x02\x01\x01");
        let large = File::options().write(true).open(folder.path(&format!("{tree}/large")));
        large.unwrap().set_len(LARGE_BYTES).unwrap();
    }
    let mut command = folder.command(PROGRAM);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = Stopped(Some(command.spawn().unwrap()));
    program.stop_at("large");
    how(folder, victim);
    let output = program.go_on().wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let output_text = Output {
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    };
    assert_eq!(output.status.code(), Some(exit), "{}", output_text.stderr);
    output_text
}

/// A program that is stopped. It is killed if the test fails before it goes on.
struct Stopped(Option<Child>);

impl Stopped {
    /// Stops the program once it has opened a file with this name.
    fn stop_at(&self, name: &str) {
        let program = self.0.as_ref().unwrap();
        let open = format!("/proc/{}/fd", program.id());
        let is_open = || {
            let files = fs::read_dir(&open).into_iter().flatten().flatten();
            files
                .filter_map(|file| fs::read_link(file.path()).ok())
                .any(|target| target.ends_with(name))
        };
        let began = Instant::now();
        while !is_open() {
            assert!(began.elapsed() < Duration::from_secs(60), "it never opened {name}");
            thread::sleep(Duration::from_millis(1));
        }
        kill_process(Pid::from_child(program), Signal::STOP).unwrap();
    }

    fn go_on(&mut self) -> Child {
        let program = self.0.take().unwrap();
        kill_process(Pid::from_child(&program), Signal::CONT).unwrap();
        program
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        if let Some(program) = &mut self.0 {
            program.kill().unwrap();
            program.wait().unwrap();
        }
    }
}

/// Overwrites the first bytes, and resets the modification time.
pub(super) fn rewrite(folder: &Folder, name: &str) {
    let path = folder.path(name);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let mut file = File::options().write(true).open(&path).unwrap();
    file.write_all(b"CONTENT").unwrap();
    file.set_modified(modified).unwrap();
}

fn rewrite_twice(folder: &Folder, name: &str) {
    let path = folder.path(name);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    for content in ["CONTENT", "content"] {
        let mut file = File::options().write(true).open(&path).unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file.set_modified(modified).unwrap();
    }
}

fn age(folder: &Folder, name: &str) {
    rewrite(folder, name);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400);
    let file = File::options().write(true).open(folder.path(name)).unwrap();
    let times = FileTimes::new().set_accessed(long_ago).set_modified(long_ago);
    file.set_times(times).unwrap();
}

/// Copies a file with its mode and modification time.
fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
    let modified = fs::metadata(from).unwrap().modified().unwrap();
    let file = File::options().write(true).open(to).unwrap();
    file.set_modified(modified).unwrap();
}

fn replace(folder: &Folder, name: &str) {
    let other = folder.path("other");
    copy(&folder.path(name), &other);
    fs::rename(other, folder.path(name)).unwrap();
}

fn link(folder: &Folder, name: &str) {
    fs::rename(folder.path(name), folder.path("moved")).unwrap();
    folder.link(name, folder.path("moved").to_str().unwrap());
}

fn replace_folder(folder: &Folder, name: &str) {
    folder.make_folder("copy");
    for file in folder.names(name) {
        copy(&folder.path(name).join(&file), &folder.path("copy").join(&file));
    }
    fs::rename(folder.path(name), folder.path("moved")).unwrap();
    fs::rename(folder.path("copy"), folder.path(name)).unwrap();
}

fn toggle_mode(folder: &Folder, name: &str) {
    folder.set_mode(name, 0o755);
    folder.set_mode(name, 0o644);
}

fn rename_twice(folder: &Folder, name: &str) {
    fs::rename(folder.path(name), folder.path("moved")).unwrap();
    fs::rename(folder.path("moved"), folder.path(name)).unwrap();
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
