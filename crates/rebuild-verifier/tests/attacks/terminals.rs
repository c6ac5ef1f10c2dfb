//! Untrusted text that a terminal or a CI server would obey.

use sample_files::{archives, elf};
use serde_json::json;

use super::{Attack, all_fail, attack};
use crate::audit::released;
use crate::builders::Scene;
use crate::fake_nix::Fake;
use crate::terminal::written_to_a_terminal;
use crate::util::{Folder, Output, PROGRAM};

/// A command that CI servers obey at the beginning of a line.
const COMMAND: &str = "::set-env name=PATH::evil";
/// Commands that CI servers obey anywhere in a line.
const ANYWHERE: &str = "x ##vso[task.setvariable variable=PATH]evil ##[group]";
/// A name that looks like `serverexe.txt`.
const BACKWARDS: &str = "server\u{202e}txt.exe";
/// A name that looks exactly like `server`.
const INVISIBLE: &str = "ser\u{200b}ver\u{2060}\u{e0041}\u{ad}";

/// Asserts that no line is a command to a CI server, and that no character is invisible.
fn harmless(output: Output) -> Output {
    for line in output.stdout.lines().chain(output.stderr.lines()) {
        let start = line.trim_start_matches(|one: char| one.is_whitespace());
        assert!(!start.starts_with("::"), "{line}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
        let seen = |one: char| !one.is_control() && !"\u{202e}\u{200b}\u{2060}\u{e0041}\u{ad}".contains(one);
        assert!(line.chars().all(seen), "{line:?}");
    }
    output
}

/// Two trees that differ in a file `name`.
fn different(name: &str) -> Folder {
    let folder = Folder::with_identical_trees();
    folder.write(format!("a/{name}"), "1");
    folder.write(format!("b/{name}"), "2");
    folder
}

/// Compares two trees that differ in a file `name`.
fn compare(name: &str, exit: i32) -> Output {
    harmless(different(name).run(&["compare", "a", "b"], exit))
}

/// Compares two tar archives that differ in a file `name`.
fn member(name: &str, exit: i32) -> Output {
    let folder = Folder::new();
    for (file, content) in [("a.tar", b"1"), ("b.tar", b"2")] {
        folder.write(file, archives::tar(&[(name, content)]));
    }
    harmless(folder.run(&["compare", "a.tar", "b.tar"], exit))
}

/// Compares two trees that differ in the target of a link. One target is `name`.
fn target(name: &str, exit: i32) -> Output {
    let folder = Folder::with_identical_trees();
    folder.link("a/link", name);
    folder.link("b/link", "elsewhere");
    harmless(folder.run(&["compare", "a", "b"], exit))
}

/// Verifies an artifact called `name`.
fn artifact(name: &str, exit: i32) -> Output {
    let scene = Scene::with_two_builders();
    scene.folder.write(name, "evil");
    let arguments = ["verify", "--attestation", "one", "--key", "one.pub", "--", name];
    harmless(scene.folder.run(&arguments, exit))
}

/// Reports on builds that differ in a file `name`.
fn report(name: &str, form: &[&str], exit: i32) -> Output {
    let folder = different(name);
    folder.write_json("out/definition.json", &crate::util::definition());
    let json = folder.run(&["compare", "a", "b", "--json", "-"], 1).stdout;
    folder.write("out/comparison.json", json);
    harmless(folder.run(&[&["report", "out"], form].concat(), exit))
}

/// Reports on a failed build with `line` in its log.
fn failed(line: &str, form: &str, exit: i32) -> Output {
    let folder = Folder::new();
    folder.write_json("out/definition.json", &crate::util::definition());
    let failure =
        json!({ "schema_version": 2, "verdict": "not-built", "why": line, "log": [line, format!("  {line}")] });
    folder.write_json("out/failure.json", &failure);
    harmless(folder.run(&["report", "out", form, "-"], exit))
}

/// Rebuilds while Nix logs `event`, in which `@` is the text.
fn build(event: &str, text: &str, exit: i32) -> Output {
    let fake = Fake::new();
    let text = json!(text).to_string();
    fake.folder.write("fake/event", event.replace("\"@\"", &text));
    fake.script(
        "build",
        &format!("cat \"$here/event\" >&2; echo >&2; [ {exit} = 0 ] || exit 1; touch \"$here/built\""),
    );
    let arguments = ["rebuild", "server-aarch64-linux", "--flake", "flake"];
    harmless(fake.run(&arguments, exit))
}

const ERROR: &str = r#"@nix {"action":"msg","level":0,"msg":"@"}"#;
const START: &str = r#"@nix {"action":"start","id":1,"type":105,"text":"@","fields":[]}"#;
const LOG: &str = concat!(
    "@nix {\"action\":\"start\",\"id\":1,\"type\":105,\"text\":\"building\",\"fields\":[\"/nix/store/x.drv\"]}\n",
    "@nix {\"action\":\"result\",\"id\":1,\"type\":101,\"fields\":[\"@\"]}\n",
    "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"builder for '/nix/store/x.drv' failed\"}",
);

/// Audits a release with an unattested file `name`.
fn unattested(name: &str, exit: i32) -> Output {
    let fake = released();
    fake.folder.write(format!("release/{name}"), "");
    harmless(fake.run(&["audit", "release", "--flake", "flake"], exit))
}

/// Runs a command on a tree with a file `name`. Standard output is a terminal.
fn on_a_terminal(command: &str, name: &str) -> Output {
    let folder = Folder::new();
    folder.write(format!("tree/{name}"), "");
    let mut program = folder.command(PROGRAM);
    program.args(command.split(' '));
    let stdout = written_to_a_terminal(program, |command, terminal| command.stdout(terminal));
    harmless(Output {
        stdout: stdout.replace("\r\n", "\n"),
        stderr: String::new(),
    })
}

const ATTACKS: &[Attack] = &[
    attack(
        "a file that differs is called like a command",
        "CVE-2020-15228",
        1,
        "content: ::set-env",
        |code| compare(COMMAND, code),
    ),
    attack(
        "a file that differs is called like a command that counts anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| compare(ANYWHERE, code),
    ),
    attack(
        "a file that differs has a name that reads backwards",
        "CVE-2021-42574",
        1,
        r"server\xe2\x80\xaetxt.exe",
        |code| compare(BACKWARDS, code),
    ),
    attack(
        "a file that differs has a name with invisible characters",
        "",
        1,
        r"ser\xe2\x80\x8bver\xe2\x81\xa0\xf3\xa0\x81\x81\xc2\xad",
        |code| compare(INVISIBLE, code),
    ),
    attack(
        "a file that differs has a name of two lines",
        "",
        1,
        r"x\x0a::set-env",
        |code| compare("x\n::set-env name=a::b", code),
    ),
    attack("a file that differs clears the screen", "", 1, r"\x1b[2J", |code| {
        compare("x\x1b[2J", code)
    }),
    attack(
        "a member of an archive is called like a command",
        "CVE-2020-15228",
        1,
        r"\x3a:set-env",
        |code| member(COMMAND, code),
    ),
    attack(
        "a member of an archive is called like a command that counts anywhere",
        "",
        1,
        r"\x23#[group]",
        |code| member(ANYWHERE, code),
    ),
    attack(
        "a member of an archive has a name with invisible characters",
        "",
        1,
        r"ser\xe2\x80\x8bver",
        |code| member(INVISIBLE, code),
    ),
    attack(
        "a link leads to a command",
        "CVE-2020-15228",
        1,
        "symlink to ::set-env",
        |code| target(COMMAND, code),
    ),
    attack(
        "a link leads to a command that counts anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| target(ANYWHERE, code),
    ),
    attack(
        "what is compared is called like a command",
        "CVE-2020-15228",
        2,
        "::set-env",
        |code| harmless(Folder::new().run(&["compare", COMMAND, "x\n::y"], code)),
    ),
    attack(
        "an artifact is called like a command",
        "CVE-2020-15228",
        1,
        "rejected: ::set-env",
        |code| artifact(COMMAND, code),
    ),
    attack(
        "an artifact is called like a command that counts anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| artifact(ANYWHERE, code),
    ),
    attack(
        "an artifact has a name that reads backwards",
        "CVE-2021-42574",
        1,
        r"server\xe2\x80\xaetxt.exe",
        |code| artifact(BACKWARDS, code),
    ),
    attack(
        "an artifact has a name with invisible characters",
        "",
        1,
        r"ser\xe2\x80\x8bver",
        |code| artifact(INVISIBLE, code),
    ),
    attack(
        "an executable is called like a command",
        "",
        0,
        r"\x3a:set-env",
        |code| {
            let folder = Folder::new();
            folder.write("::set-env=x::y", elf::Elf::sample().bytes());
            harmless(folder.run(&["inspect", "::set-env=x::y"], code))
        },
    ),
    attack(
        "a text names a command among the arguments",
        "",
        2,
        r"\x3a:set-env",
        |code| harmless(Folder::new().run(&["compare", "--x\n::set-env name=a::b"], code)),
    ),
    attack(
        "a report is of a file that is called like a command",
        "CVE-2020-15228",
        1,
        "::set-env",
        |code| report(COMMAND, &[], code),
    ),
    attack(
        "a report is of a file that is called like a command that counts anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| report(ANYWHERE, &[], code),
    ),
    attack(
        "a report is of a file that has a name with invisible characters",
        "",
        1,
        r"ser\xe2\x80\x8bver",
        |code| report(INVISIBLE, &[], code),
    ),
    attack(
        "a summary is of a file that is called like a command",
        "CVE-2020-15228",
        1,
        "::set-env",
        |code| report(COMMAND, &["--markdown", "-"], code),
    ),
    attack(
        "a summary is of a file that is called like a command that counts anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| report(ANYWHERE, &["--markdown", "-"], code),
    ),
    attack(
        "a page is of a file that is called like a command that counts anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| report(ANYWHERE, &["--html", "-"], code),
    ),
    attack(
        "test results are of a file that is called like a command",
        "CVE-2020-15228",
        1,
        r"\x3a:set-env",
        |code| report(COMMAND, &["--junit", "-"], code),
    ),
    attack(
        "test results have a line of a log that is a command",
        "CVE-2020-15228",
        1,
        r"\x3a:set-env",
        |code| failed(COMMAND, "--junit", code),
    ),
    attack(
        "test results have a line of a log that is a command anywhere",
        "",
        1,
        r"\x23#vso[",
        |code| failed(ANYWHERE, "--junit", code),
    ),
    attack(
        "a summary has a reason that is a command",
        "CVE-2020-15228",
        1,
        "set-env",
        |code| failed(COMMAND, "--markdown", code),
    ),
    attack(
        "a page has a line of a log that is a command",
        "CVE-2020-15228",
        1,
        "set-env",
        |code| failed(COMMAND, "--html", code),
    ),
    attack(
        "Nix complains with a command",
        "CVE-2020-15228",
        2,
        r"\x3a:set-env",
        |code| build(ERROR, COMMAND, code),
    ),
    attack(
        "Nix complains with a command in its second line",
        "CVE-2020-15228",
        2,
        r"\x3a:set-env",
        |code| build(ERROR, &format!("no\n \t{COMMAND}"), code),
    ),
    attack("Nix complains with a command anywhere", "", 2, r"\x23#vso[", |code| {
        build(ERROR, ANYWHERE, code)
    }),
    attack(
        "Nix complains with invisible characters",
        "",
        2,
        r"ser\xe2\x80\x8bver",
        |code| build(ERROR, INVISIBLE, code),
    ),
    attack(
        "a build is called like a command",
        "CVE-2020-15228",
        0,
        r"\x3a:set-env",
        |code| build(START, COMMAND, code),
    ),
    attack(
        "a build is called like a command of two lines",
        "CVE-2020-15228",
        0,
        r"x\x0a::set-env",
        |code| build(START, &format!("x\n{COMMAND}"), code),
    ),
    attack(
        "a build that fails has said a command",
        "CVE-2020-15228",
        2,
        "  > ::set-env",
        |code| build(LOG, COMMAND, code),
    ),
    attack(
        "a build that fails has said a command in a second line",
        "CVE-2020-15228",
        2,
        r"\x3a:set-env",
        |code| build(LOG, &format!("x\n{COMMAND}"), code),
    ),
    attack(
        "a build that fails has said a command anywhere",
        "",
        2,
        r"\x23#[group]",
        |code| build(LOG, ANYWHERE, code),
    ),
    attack(
        "a file that nobody attests to is called like a command",
        "CVE-2020-15228",
        2,
        "speaks of ::set-env",
        |code| unattested(COMMAND, code),
    ),
    attack(
        "a file that nobody attests to is called like a command anywhere",
        "",
        2,
        r"\x23#vso[",
        |code| unattested(ANYWHERE, code),
    ),
    attack(
        "a file that nobody attests to has a name with invisible characters",
        "",
        2,
        r"ser\xe2\x80\x8bver",
        |code| unattested(INVISIBLE, code),
    ),
    attack("Nix complains, and moves the cursor", "", 2, "xy", |code| {
        build(ERROR, "x\x1b[2A\r\x07y", code)
    }),
    attack(
        "digests on a terminal are of a file that has a name that reads backwards",
        "",
        0,
        "xe2",
        |_| on_a_terminal("hash tree", BACKWARDS),
    ),
    attack(
        "digests on a terminal are of a file that has a name with invisible characters",
        "",
        0,
        "xe2",
        |_| on_a_terminal("hash tree", INVISIBLE),
    ),
    attack(
        "digests on a terminal are of a file that is called like a command anywhere",
        "",
        0,
        "x23#vso[",
        |_| on_a_terminal("hash tree", ANYWHERE),
    ),
    attack(
        "digests as JSON on a terminal are of a file that has a name that reads backwards",
        "",
        0,
        "xe2",
        |_| on_a_terminal("hash --json tree", BACKWARDS),
    ),
    attack(
        "digests as JSON on a terminal are of a file that has a name with invisible characters",
        "",
        0,
        "xe2",
        |_| on_a_terminal("hash --json tree", INVISIBLE),
    ),
    attack(
        "digests as JSON on a terminal are of a file that is called like a command anywhere",
        "",
        0,
        "x23#vso[",
        |_| on_a_terminal("hash --json tree", ANYWHERE),
    ),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
