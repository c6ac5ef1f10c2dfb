//! `rebuild`: it builds an attribute twice and compares.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::fake_nix::{Fake, ORIGINAL_DRV, REBUILT_DRV};
use crate::schemas::assert_follows;
use crate::util::{BUILDER, COMMIT, EMPTY_NAR, definition};

const REBUILD: &[&str] = &["rebuild", "server-aarch64-linux", "--flake", "flake"];

/// The arguments of `rebuild`, with more.
fn rebuild<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [REBUILD, more].concat()
}

#[test]
fn builds_that_are_the_same_are_identical_and_all_three_outputs_are_built() {
    let fake = Fake::new();
    let output = fake.run(REBUILD, 0);
    assert!(
        output.stdout.starts_with("server-aarch64-linux: identical: 1 file"),
        "{}",
        output.stdout
    );
    let calls = fake.calls();
    let build = calls.lines().find(|call| call.contains(" build ")).unwrap();
    let locked = format!("path:{}?narHash=", fake.folder.path("source").display());
    for attribute in ["", ".rebuild", ".definition"] {
        assert!(
            build
                .split(' ')
                .any(|word| word.starts_with(&locked) && word.ends_with(&format!("#server-aarch64-linux{attribute}"))),
            "{build}"
        );
    }
    assert!(!calls.contains("--rebuild"), "{calls}");
}

#[test]
fn builds_that_are_trusted_may_run_as_the_owner_of_the_store() {
    let fake = Fake::new();
    fake.settings(&json!({ "store": "local", "build-users-group": "" }));
    fake.run(&rebuild(&["--trust-build-scripts"]), 0);
    let refused = fake.run(REBUILD, 2).stderr;
    assert!(refused.contains("add --trust-build-scripts"), "{refused}");
}

#[test]
fn newer_versions_of_nix_show_their_settings_by_another_command() {
    let fake = Fake::new();
    fake.script(
        "settings",
        r#"case "$*" in *"config show"*) echo '{"store":{"value":"daemon"},"build-users-group":{"value":""}}' ;; *) exit 1 ;; esac"#,
    );
    fake.run(REBUILD, 0);
}

/// Only root's Nix builds as users of their own without a daemon.
#[test]
fn users_of_builds_count_where_root_runs_nix() {
    let fake = Fake::new();
    fake.settings(&json!({ "store": "local", "build-users-group": "nixbld" }));
    let is_root = rustix::process::geteuid().is_root();
    fake.run(REBUILD, if is_root { 0 } else { 2 });
}

/// Nix 2.8 knows no folder in a path. Newer versions do not compare the hash of a tree that a name stands for.
#[test]
fn a_flake_in_a_folder_is_named_as_the_version_of_nix_understands_it() {
    for knows_folders in [true, false] {
        let fake = Fake::new();
        let source = fake.folder.path("source").display().to_string();
        let metadata = json!({
            "locked": { "narHash": EMPTY_NAR, "type": "git", "rev": COMMIT, "dir": "a b/c" },
            "path": source,
        });
        let refusal =
            r#"@nix {"action":"msg","level":0,"msg":"error: path URL 'path:x' has unsupported parameter 'dir'"}"#;
        let refused = if knows_folders { "nothing" } else { "path:" };
        fake.script(
            "metadata",
            &format!(
                "for last; do :; done\ncase $last in {refused}*dir=*) cat >&2 <<'END'\n{refusal}\nEND\nexit 1 ;; *) echo '{metadata}' ;; esac"
            ),
        );
        fake.run(&rebuild(&["--keep-going"]), 0);
        let tree = format!("path:{source}?narHash=");
        let named = "--override-flake flake:source ".to_owned() + &tree;
        let calls = fake.calls();
        let of_attributes: Vec<_> = calls
            .lines()
            .filter(|call| call.contains("#server-aarch64-linux"))
            .collect();
        assert_eq!(of_attributes.len(), 3, "{calls}");
        for call in of_attributes {
            if knows_folders {
                assert!(call.contains(&tree) && call.contains("&dir=a%20b/c#server"), "{call}");
                assert!(!call.contains("flake:source"), "{call}");
            } else {
                assert!(
                    call.contains(&named) && call.contains("flake:source?dir=a%20b/c#server"),
                    "{call}"
                );
            }
        }
    }
}

#[test]
fn builds_that_differ_are_different_and_nobody_attests() {
    let fake = Fake::new();
    fake.folder.write("store/rebuilt/bin/server", "another\n");
    let output = fake.run(&rebuild(&["--attest-out", "out", "--builder-id", BUILDER]), 1);
    assert!(output.stdout.contains("content"), "{}", output.stdout);
    let out = "out/server-aarch64-linux";
    assert_eq!(fake.folder.names(out), ["comparison.json", "definition.json"]);
    // A report shows the recorded result.
    let report = fake.run(&["report", "out", "--json", "-"], 1).json();
    assert_eq!(
        report["artifacts"][0]["results"][0]["differences"][0]["path"],
        "bin/server"
    );
}

#[test]
fn an_attestation_is_what_attest_would_have_written() {
    let fake = Fake::new();
    fake.run(&rebuild(&["--attest-out", "out", "--builder-id", BUILDER]), 0);
    fake.run(
        &[
            "attest",
            "store/original",
            "store/rebuilt",
            "--definition",
            "store/definition.json",
            "--derivations",
            &format!("store/{ORIGINAL_DRV}"),
            &format!("store/{REBUILT_DRV}"),
            "--builder-id",
            BUILDER,
            "--out",
            "other",
        ],
        0,
    );
    for name in ["statement.json", "comparison.json"] {
        assert_eq!(
            fake.folder.read(&format!("out/server-aarch64-linux/{name}")),
            fake.folder.read(&format!("other/{name}"))
        );
    }
}

#[test]
fn what_the_store_has_counts_if_it_was_built_there_and_is_built_again_if_asked_to() {
    let fake = Fake::new();
    fake.stored();
    fake.run(REBUILD, 0);
    assert!(!fake.calls().contains("--rebuild"));
    fake.run(&rebuild(&["--again"]), 0);
    assert_eq!(fake.calls().matches("build --rebuild").count(), 2, "{}", fake.calls());
}

#[test]
fn what_was_copied_from_elsewhere_is_always_built_again() {
    let fake = Fake::new();
    fake.stored();
    fake.script("path-info", r#"echo "[{\"path\":\"$last\"}]""#);
    fake.run(REBUILD, 0);
    assert_eq!(fake.calls().matches("build --rebuild").count(), 2);
    // Newer versions of Nix answer like this.
    fake.script("path-info", r#"echo "{\"$last\":{\"ultimate\":false}}""#);
    fake.run(REBUILD, 0);
    assert_eq!(fake.calls().matches("build --rebuild").count(), 4);
}

#[test]
fn a_build_that_does_not_repeat_is_different_however_nix_says_so() {
    let message = "echo '@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"derivation may not be deterministic: output differs\"}' >&2";
    for again in [&format!("{message}; exit 1"), "exit 104"] {
        let fake = Fake::new();
        fake.stored();
        fake.script("again", again);
        let output = fake.run(
            &rebuild(&["--again", "--attest-out", "out", "--builder-id", BUILDER]),
            1,
        );
        assert!(
            output
                .stderr
                .contains("server-aarch64-linux came out different when it was built again"),
            "{}",
            output.stderr
        );
        // There is one verdict: the two builds happen to be the same, but they do not repeat.
        assert_eq!(
            output.stdout,
            "server-aarch64-linux: different: server-aarch64-linux and server-aarch64-linux.rebuild came out different \
             when built again under the same conditions\n"
        );
        let out = "out/server-aarch64-linux";
        assert_eq!(fake.folder.names(out), ["definition.json", "failure.json"]);
        assert_follows("failure", &fake.folder.read_json(&format!("{out}/failure.json")));
        let report = fake.run(&["report", "out", "--json", "-"], 1).json();
        assert_eq!(report["artifacts"][0]["status"], "different");
        let report = fake.run(&["report", "out", "--markdown", "-"], 1).stdout;
        assert!(report.contains("different: `server-aarch64-linux and"), "{report}");
        // If the two builds differ too, it says both, and keeps the comparison.
        fake.folder.write("store/rebuilt/bin/server", "another\n");
        let output = fake.run(
            &rebuild(&["--again", "--attest-out", "both", "--builder-id", BUILDER]),
            1,
        );
        assert!(
            output
                .stdout
                .starts_with("server-aarch64-linux: different: 1 difference"),
            "{}",
            output.stdout
        );
        assert_eq!(
            fake.folder.names("both/server-aarch64-linux"),
            ["comparison.json", "definition.json"]
        );
    }
}

#[test]
fn whatever_nix_cannot_do_is_not_decided() {
    let failures = [
        ("metadata", "exit 1", "could not fetch"),
        ("metadata", "echo '{}'", "missing field"),
        ("metadata", "echo nonsense", "could not fetch"),
        ("build", "exit 1", "could not build"),
        ("path-info", "exit 1", "could not look up"),
        ("path-info", "echo '[]'", "the answer is empty"),
        ("path-info", "echo '[{\"ultimate\":7}]'", "could not look up"),
    ];
    for (what, script, words) in failures {
        let fake = Fake::new();
        fake.script(what, script);
        let output = fake.run(
            &rebuild(&["--quiet", "--attest-out", "out", "--builder-id", BUILDER]),
            2,
        );
        output.assert_error(&["nix could not", words]);
        assert!(!fake.folder.path("out").exists());
    }
    let fake = Fake::new();
    fake.stored();
    fake.script("again", "exit 1");
    fake.run(&rebuild(&["--quiet", "--again"]), 2)
        .assert_error(&["could not build server-aarch64-linux again"]);
    fake.folder
        .write("fake/outputs.json", "{\"original\":{\"derivation\":\"/x\"}}");
    fake.run(&rebuild(&["--quiet"]), 2)
        .assert_error(&["could not evaluate", "missing field"]);
}

#[test]
fn without_nix_nothing_is_decided_and_the_remedy_is_named() {
    let fake = Fake::new();
    fake.folder.make_folder("empty");
    let mut command = fake.command(&rebuild(&["--quiet"]));
    let output = fake.folder.expect(command.env("PATH", fake.folder.path("empty")), 2);
    output.assert_error(&["cannot run nix", "install Nix 2.8 or newer"]);
}

#[test]
fn an_error_of_nix_comes_with_the_last_lines_of_the_build() {
    let fake = Fake::new();
    let events = [
        json!({ "action": "start", "id": 1, "type": 105, "text": "building '/nix/store/x.drv'", "fields": ["/nix/store/x.drv"] }),
        json!({ "action": "result", "id": 1, "type": 101, "fields": ["error[E0308]\u{1b}[0m: mismatched"] }),
        json!({ "action": "stop", "id": 1 }),
        json!({ "action": "msg", "level": 0, "msg": "builder for '/nix/store/x.drv' failed" }),
    ];
    let lines: Vec<_> = events.iter().map(|event| format!("echo '@nix {event}' >&2")).collect();
    fake.script("build", &format!("{}; exit 1", lines.join("\n")));
    let output = fake.run(REBUILD, 2);
    assert!(
        output.stderr.contains("  > error[E0308]: mismatched\n"),
        "{}",
        output.stderr
    );
    assert!(
        !output.stderr.contains('\x1b') && !output.stderr.contains('\r'),
        "{:?}",
        output.stderr
    );
}

#[test]
fn a_definition_that_speaks_of_something_else_is_refused() {
    let changes = [
        (
            "flakeAttribute",
            json!("other-aarch64-linux"),
            "not about server-aarch64-linux",
        ),
        ("toolchain", json!(""), "not a line of text"),
    ];
    for (field, value, words) in changes {
        let fake = Fake::new();
        let mut definition = definition();
        definition[field] = value;
        fake.folder.write_json("store/definition.json", &definition);
        fake.run(&rebuild(&["--quiet"]), 2).assert_error(&["definition", words]);
    }
    let fake = Fake::new();
    fake.source(&json!({ "revision": "1".repeat(40), "narHash": EMPTY_NAR }));
    fake.run(&rebuild(&["--quiet"]), 2)
        .assert_error(&["and what was built is 1111"]);
    let fake = Fake::new();
    fake.folder.write("source/Cargo.lock", "changed");
    fake.run(&rebuild(&["--quiet"]), 2)
        .assert_error(&["Cargo.lock is", "in the source, not"]);
    fake.folder.remove("source/Cargo.lock");
    fake.run(&rebuild(&["--quiet"]), 2)
        .assert_error(&["Cargo.lock is no file in the source"]);
}

#[test]
fn attributes_are_names_and_a_builder_needs_a_place_to_attest_to() {
    let fake = Fake::new();
    for attribute in ["..", "-x", "a#b", "a b", "", "a\"b", "../x"] {
        fake.run(&["rebuild", "--flake", "flake", "--", attribute], 2)
            .assert_error(&["FLAKE_ATTR"]);
    }
    for arguments in [&["--attest-out", "out"][..], &["--builder-id", BUILDER]] {
        assert!(fake.run(&rebuild(arguments), 2).stderr.contains("required"));
    }
    fake.run(&["rebuild", "x", "--flake", "nowhere"], 2)
        .assert_error(&["nowhere"]);
    fake.run(&["rebuild", "x", "--flake", "flake#x"], 2)
        .assert_error(&["give the flake alone"]);
    assert!(!fake.folder.path("fake/calls").exists());
}

/// Ctrl-C sends SIGINT, and a CI server SIGTERM. The child is asked to end, and nothing is left.
#[test]
fn a_signal_ends_nix_first_and_then_the_program_with_130() {
    for signal in ["INT", "TERM"] {
        let fake = Fake::new();
        // The build records that it has started, and that it was asked to end.
        fake.script(
            "build",
            "trap 'touch \"$here/asked\"; exit 1' TERM; touch \"$here/started\"; while :; do sleep 0.1; done",
        );
        fake.folder.make_folder("tmp");
        let mut command = fake.command(&rebuild(&["--attest-out", "out", "--builder-id", BUILDER]));
        let child = command
            .env("TMPDIR", fake.folder.path("tmp"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while !fake.folder.path("fake/started").exists() {
            assert!(Instant::now() < until, "the build never started");
            std::thread::sleep(Duration::from_millis(20));
        }
        fake.folder.shell(&format!("kill -{signal} {}", child.id()), 0);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{stderr}");
        assert!(
            stderr.contains("rebuild-verifier: cancelled: nothing more was decided"),
            "{stderr}"
        );
        assert!(fake.folder.path("fake/asked").exists());
        assert_eq!(fake.folder.names("tmp"), [""; 0]);
        assert!(!fake.folder.path("out").exists());
    }
}
