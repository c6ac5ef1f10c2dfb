//! `rebuild`: the progress display. On a terminal it is a bar and the end of the log, elsewhere plain lines.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::fake_nix::Fake;

const COLUMNS: usize = 60;
const REBUILD: [&str; 4] = ["rebuild", "server-aarch64-linux", "--flake", "flake"];

/// A build of two derivations at once. Its log is long and hostile.
fn building() -> Fake {
    let fake = Fake::new();
    fake.script(
        "build",
        r#"
say() { printf '@nix %s\n' "$1" >&2; sleep 0.2; }
say '{"action":"start","id":1,"level":0,"text":"","type":104}'
say '{"action":"start","fields":["/nix/store/x-one.drv"],"id":2,"text":"building one","type":105}'
say '{"action":"start","fields":["/nix/store/x-two.drv"],"id":3,"text":"building two","type":105}'
say '{"action":"result","fields":[1,4],"id":1,"type":105}'
say '{"action":"result","fields":["of one \u001b[2J\u0007'"$(printf '%0200d' 0)"'"],"id":2,"type":101}'
for line in a b c d; do say '{"action":"result","fields":["line '$line'"],"id":3,"type":101}'; done
touch "$here/built""#,
    );
    fake
}

/// Runs the program with stderr on a terminal, and returns what it writes there.
fn on_a_terminal(fake: &Fake, arguments: &[&str]) -> String {
    let mut command = fake.command(arguments);
    command.stdout(Stdio::null());
    written_to_a_terminal(command, |command, terminal| command.stderr(terminal))
}

/// Runs a command on a terminal, and returns what it writes there. Its exit code must be 0.
pub(crate) fn written_to_a_terminal(mut command: Command, connect: fn(&mut Command, File) -> &mut Command) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
    let terminal = File::options().read(true).write(true).open(path).unwrap();
    let size = Winsize {
        ws_row: 30,
        ws_col: COLUMNS as u16,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).unwrap();
    let mut child = connect(&mut command, terminal).spawn().unwrap();
    // The command holds a copy of the terminal, which would keep it open.
    drop(command);
    let mut written = Vec::new();
    let mut master = File::from(master);
    let mut buffer = [0; 4096];
    // Reading from a terminal that all writers have closed is an error.
    while let Ok(count @ 1..) = master.read(&mut buffer) {
        written.extend(&buffer[..count]);
    }
    assert!(child.wait().unwrap().success());
    String::from_utf8(written).unwrap()
}

#[test]
fn on_a_terminal_there_are_a_bar_and_the_end_of_the_log_which_leave_nothing_behind() {
    let written = on_a_terminal(&building(), &REBUILD);
    assert!(written.contains("[#####...............] 1/4  "), "{written:?}");
    assert!(written.contains("  building one"), "{written:?}");
    let last = "  building two\r\n  > line b\r\n  > line c\r\n  > line d";
    assert!(written.contains(last), "{written:?}");
    // At the end the display is erased line by line.
    let erasure = format!("\r\x1b[K{}", "\x1b[A\x1b[K".repeat(3));
    let (before, after) = written.rsplit_once(&erasure).unwrap();
    assert!(before.ends_with(last) && !after.contains("line"), "{written:?}");
    // No line is wider than the terminal, and only these control sequences are written.
    let plain = written.replace("\x1b[K", "").replace("\x1b[A", "");
    assert!(!plain.contains(['\x1b', '\x07']), "{written:?}");
    for line in plain.split(['\r', '\n']) {
        assert!(line.chars().count() < COLUMNS, "{line:?}");
    }
}

#[test]
fn elsewhere_there_is_a_plain_line_for_each_step_and_quietly_none() {
    let fake = building();
    let written = fake.run(&REBUILD, 0).stderr;
    let lines: Vec<_> = written.lines().collect();
    assert_eq!(
        lines,
        ["building server-aarch64-linux twice", "building one", "building two"]
    );
    let quiet = [&REBUILD[..], &["--quiet"]].concat();
    assert_eq!(building().run(&quiet, 0).stderr, "");
    assert_eq!(on_a_terminal(&building(), &quiet), "");
}
