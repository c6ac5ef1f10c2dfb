//! Output that does not arrive: standard output is closed, or nobody reads it.

use sample_files::elf;

use super::{Attack, all_fail, attack};
use crate::builders::Scene;
use crate::fake_nix::Fake;
use crate::util::{BUILDER, Folder, Output};

/// Runs a command with a closed standard output.
fn closed(command: &str, exit: i32) -> Output {
    redirected(command, ">&-", exit)
}

/// Runs a command with a standard output that is open only for reading.
fn only_read(command: &str, exit: i32) -> Output {
    redirected(command, "1</dev/null", exit)
}

/// Runs a command on signed statements and an executable, with a redirection.
fn redirected(command: &str, to: &str, exit: i32) -> Output {
    let scene = Scene::with_two_builders();
    let program = elf::Elf::sample().bytes();
    scene.folder.write("program", program);
    scene.folder.shell(&format!("\"$0\" {command} {to}"), exit)
}

/// Runs a command on the large trees `many` and `other`. Only the first line of its output is read.
fn first_line(command: &str, exit: i32) -> Output {
    let folder = Folder::new();
    for number in 0..800 {
        folder.write(format!("many/{number:0>100}"), "");
        folder.write(format!("other/{number:0>100}"), "1");
    }
    let script = format!("{{ \"$0\" {command}; echo $? > code; }} | head -n 1; exit $(cat code)");
    let output = folder.shell(&script, exit);
    assert_eq!(output.stderr, "");
    assert!(!folder.path("out").exists());
    output
}

const ATTACKS: &[Attack] = &[
    attack(
        "digests go to a closed standard output",
        "",
        2,
        "it is closed",
        |code| closed("hash a", code),
    ),
    attack(
        "a comparison goes to a closed standard output",
        "",
        2,
        "it is closed",
        |code| closed("compare a b", code),
    ),
    attack(
        "a verdict goes to a closed standard output",
        "",
        2,
        "it is closed",
        |code| closed("verify a/bin/server --attestation one --key one.pub", code),
    ),
    attack(
        "a report goes to a closed standard output",
        "",
        2,
        "it is closed",
        |code| closed("report result-1 --json -", code),
    ),
    attack(
        "what an executable says goes to a closed standard output",
        "",
        2,
        "it is closed",
        |code| closed("inspect program", code),
    ),
    attack("help goes to a closed standard output", "", 2, "it is closed", |code| {
        closed("--help", code)
    }),
    attack(
        "completions go to a closed standard output",
        "",
        2,
        "it is closed",
        |code| closed("completions fish", code),
    ),
    attack(
        "a result that was not given is printed as something else",
        "",
        1,
        "rejected",
        |code| {
            let scene = Scene::with_two_builders();
            scene.folder.write("other", "other bits");
            let arguments = "verify other --attestation one --key one.pub --time now --emit-svr -";
            let output = scene.folder.run_words(arguments, code);
            assert_eq!(output.stdout, "");
            output
        },
    ),
    attack(
        "what is signed goes to standard output and not into a file of that name",
        "",
        0,
        "dsseEnvelope",
        |code| {
            let scene = Scene::with_two_builders();
            scene.folder.run(&["keygen", "--out", "keys"], 0);
            let arguments = "sign --key keys/signing.key result-1/statement.json --out -";
            let output = scene.folder.run_words(arguments, code);
            assert!(!scene.folder.path("-").exists());
            output
        },
    ),
    attack(
        "digests go to a standard output that is only read",
        "",
        2,
        "cannot write to standard output",
        |code| only_read("hash a", code),
    ),
    attack(
        "a verdict goes to a standard output that is only read",
        "",
        2,
        "cannot write to standard output",
        |code| only_read("verify a/bin/server --attestation one --key one.pub", code),
    ),
    attack(
        "help goes to a standard output that is only read",
        "",
        2,
        "cannot write to standard output",
        |code| only_read("--help", code),
    ),
    attack(
        "who wants to hear nothing may close standard output",
        "",
        0,
        "",
        |code| closed("verify --quiet a/bin/server --attestation one --key one.pub", code),
    ),
    attack("what prints nothing needs no standard output", "", 0, "", |code| {
        closed("man --out man", code)
    }),
    attack("of digests only the first is read", "", 141, "  many/", |code| {
        first_line("hash many", code)
    }),
    attack("of digests as JSON only the first line is read", "", 141, "{", |code| {
        first_line("hash --json many", code)
    }),
    attack(
        "of a comparison only the verdict is read",
        "",
        141,
        "different",
        |code| first_line("compare many other --html out", code),
    ),
    attack(
        "of a comparison as JSON only the first line is read",
        "",
        141,
        "{",
        |code| first_line("compare many other --quiet --json - --html out", code),
    ),
    attack("of what is rebuilt nothing is read", "", 2, "standard output", |code| {
        let fake = Fake::new();
        let output = fake.shell(
            &format!("\"$0\" rebuild server-aarch64-linux --flake flake --attest-out out --builder-id {BUILDER} >&-"),
            code,
        );
        assert!(!fake.folder.path("out").exists());
        output
    }),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
