//! Outputs of an earlier run that pass for this run's, and outputs of a run whose result could not be printed.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::outputs::{VERIFY, trusted};
use super::{Attack, all_fail, attack};
use crate::audit::released;
use crate::builders::{Scene, policy};
use crate::fake_nix::Fake;
use crate::util::{BUILDER, Folder, Output};

const REBUILD: &str = "rebuild server-aarch64-linux --flake flake --attest-out out --builder-id";
const RESULT: &str = "out/server-aarch64-linux";

/// Verifies, and writes all documents. Then changes something, and runs again with the same outputs.
fn after_verified(spoil: fn(&Folder), redirect: &str, exit: i32, left: &[&str]) -> Output {
    let folder = trusted();
    let outputs = "--json out.json --emit-svr svr.json --emit-vsa vsa.json --resource-uri urn:x:y";
    let verify = format!("\"$0\" {VERIFY} --policy policy.toml {outputs}");
    folder.shell(&verify, 0);
    spoil(&folder);
    let output = folder.shell(&format!("{verify} {redirect}"), exit);
    for name in ["out.json", "svr.json", "vsa.json"] {
        assert_eq!(folder.path(name).exists(), left.contains(&name), "{name}");
        if left.contains(&name) {
            let text = String::from_utf8(folder.read(name)).unwrap();
            assert!(!text.contains("\"verified\"") && !text.contains("PASSED"), "{text}");
        }
    }
    output
}

/// Rebuilds, and attests. Then changes what nix does, and runs again with the same outputs.
fn after_attested(change: fn(&Fake), more: &str, exit: i32, left: &[&str]) -> Output {
    let fake = Fake::new();
    fake.shell(&format!("\"$0\" {REBUILD} {BUILDER}"), 0);
    assert!(fake.folder.path(RESULT).join("statement.json").exists());
    change(&fake);
    let output = fake.shell(&format!("\"$0\" {REBUILD} {BUILDER} {more}"), exit);
    assert_eq!(fake.folder.names(RESULT), left);
    output
}

/// Audits a good release. Then changes something, and runs again with the same output.
fn after_audited(change: fn(&Fake), redirect: &str, exit: i32, is_left: bool) -> Output {
    let fake = released();
    let audit = "\"$0\" audit release --flake flake --json audit.json";
    fake.shell(audit, 0);
    change(&fake);
    let output = fake.shell(&format!("{audit} {redirect}"), exit);
    assert_eq!(fake.folder.path("audit.json").exists(), is_left);
    output
}

/// Runs twice with the same output. The second run gets SIGINT while it builds.
fn interrupted(arguments: &str, output: &str, exit: i32) -> Output {
    let fake = released();
    fake.shell(&format!("\"$0\" {arguments}"), 0);
    assert!(fake.folder.path(output).exists());
    fake.script("build", "touch \"$here/started\"; while :; do sleep 0.05; done");
    let mut command = fake.command(&arguments.split(' ').collect::<Vec<_>>());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = child.spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !fake.folder.path("fake/started").exists() {
        assert!(Instant::now() < until, "the build never started");
        std::thread::sleep(Duration::from_millis(20));
    }
    fake.folder.shell(&format!("kill -INT {}", child.id()), 0);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(exit));
    assert!(!fake.folder.path(output).exists());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Output {
        stdout: text(ended.stdout),
        stderr: text(ended.stderr),
    }
}

/// Runs a command whose output does not arrive. Asserts that it leaves nothing, and that a second run succeeds.
fn not_printed(folder: &Folder, command: &str, left: &str, redirect: &str, exit: i32) -> Output {
    let before = folder.names("");
    let output = folder.shell(&format!("\"$0\" {command} {redirect}"), exit);
    assert_eq!(folder.names(""), before, "{command}");
    folder.shell(&format!("\"$0\" {command} > /dev/null"), 0);
    assert!(folder.path(left).exists(), "{command}");
    output
}

/// Makes keys, without being able to print their name.
fn keygen(redirect: &str, exit: i32) -> Output {
    not_printed(
        &Folder::new(),
        "keygen --out new/keys",
        "new/keys/signing.key",
        redirect,
        exit,
    )
}

const ATTACKS: &[Attack] = &[
    attack(
        "what was verified is rejected, and its files stay",
        "",
        1,
        "rejected",
        |code| {
            after_verified(
                |folder| folder.write("a/bin/server", "evil"),
                "",
                code,
                &["out.json", "vsa.json"],
            )
        },
    ),
    attack(
        "what was verified cannot be decided, and its files stay",
        "",
        2,
        "cannot read",
        |code| after_verified(|folder| folder.remove("two"), "", code, &[]),
    ),
    attack(
        "what was verified meets an attestation that is damaged",
        "",
        2,
        "not a valid attestation",
        |code| after_verified(|folder| folder.write("two", "{"), "", code, &[]),
    ),
    attack(
        "what was verified meets a policy that is damaged",
        "",
        2,
        "not a valid policy",
        |code| {
            after_verified(
                |folder| folder.write("policy.toml", policy() + "\nnonsense"),
                "",
                code,
                &[],
            )
        },
    ),
    attack("what was verified meets no policy", "", 2, "cannot read", |code| {
        after_verified(|folder| folder.remove("policy.toml"), "", code, &[])
    }),
    attack(
        "what was verified meets a policy without its key",
        "",
        2,
        "cannot read",
        |code| after_verified(|folder| folder.remove("two.pub"), "", code, &[]),
    ),
    attack(
        "what was verified is verified again and cannot be printed",
        "",
        2,
        "standard output",
        |code| after_verified(|_| {}, "> /dev/full", code, &[]),
    ),
    attack(
        "what was verified is verified again with standard output closed",
        "",
        2,
        "it is closed",
        |code| after_verified(|_| {}, ">&-", code, &[]),
    ),
    attack(
        "what was verified is verified again on a full disk",
        "",
        2,
        "cannot write",
        |code| {
            after_verified(
                |folder| folder.make_folder("full"),
                "--threshold 2; code=$?; trap '' XFSZ; ulimit -f 0; \"$0\" verify a/bin/server --attestation one two --policy policy.toml --json out.json --emit-svr svr.json --emit-vsa vsa.json --resource-uri urn:x:y --time 2026-01-01T00:00:00Z",
                code,
                &[],
            )
        },
    ),
    attack(
        "a comparison that was identical cannot be decided, and stays",
        "",
        2,
        "cannot read",
        |code| {
            let folder = Folder::with_identical_trees();
            folder.run_words("compare a b --json c.json --html c.html", 0);
            let output = folder.run_words("compare a gone --json c.json --html c.html", code);
            assert!(!folder.path("c.json").exists() && !folder.path("c.html").exists());
            output
        },
    ),
    attack(
        "one of two documents cannot be written, and the other stays",
        "",
        2,
        "cannot write",
        |code| {
            let folder = Folder::with_identical_trees();
            folder.write("c.json", "identical");
            let output = folder.run_words("compare a b --json c.json --html gone/c.html", code);
            assert!(!folder.path("c.json").exists());
            output
        },
    ),
    attack(
        "a report that was identical cannot be printed, and stays",
        "",
        2,
        "standard output",
        |code| {
            let folder = Folder::with_identical_trees();
            folder.attest("result", 0);
            folder.run(&["report", "result", "--markdown", "r.md"], 0);
            let output = folder.shell("\"$0\" report result --markdown r.md > /dev/full", code);
            assert!(!folder.path("r.md").exists());
            output
        },
    ),
    attack(
        "a statement that was signed is replaced by nonsense, and the bundle stays",
        "",
        2,
        "not a valid statement",
        |code| {
            let scene = Scene::new();
            scene.statement(1);
            scene.folder.run(&["keygen", "--out", "keys"], 0);
            let sign = [
                "sign",
                "--key",
                "keys/signing.key",
                "result-1/statement.json",
                "-o",
                "bundle",
            ];
            scene.folder.run(&sign, 0);
            scene.folder.write("result-1/statement.json", "{}");
            let output = scene.folder.run(&sign, code);
            assert!(!scene.folder.path("bundle").exists());
            output
        },
    ),
    attack(
        "builds that were identical differ, and the statement stays",
        "",
        1,
        "different",
        |code| {
            after_attested(
                |fake| fake.folder.write("store/rebuilt/bin/server", "other"),
                "",
                code,
                &["comparison.json", "definition.json"],
            )
        },
    ),
    attack(
        "builds that were identical fail, and the statement stays",
        "",
        2,
        "could not build",
        |code| after_attested(|fake| fake.script("build", "exit 1"), "", code, &[]),
    ),
    attack(
        "builds that were identical fail among others, and the statement stays",
        "",
        1,
        "could not build",
        |code| {
            after_attested(
                |fake| fake.script("build", "case \"$*\" in *'#server-aarch64-linux '*) exit 1 ;; esac"),
                "--keep-going",
                code,
                &["definition.json", "failure.json"],
            )
        },
    ),
    attack(
        "builds that were identical do not repeat, and the statement stays",
        "",
        1,
        "came out different",
        |code| {
            after_attested(
                |fake| {
                    fake.stored();
                    fake.script("again", "exit 104");
                },
                "--again",
                code,
                &["definition.json", "failure.json"],
            )
        },
    ),
    attack(
        "builds that were identical have no source any more, and the statement stays",
        "",
        2,
        "could not fetch",
        |code| after_attested(|fake| fake.script("metadata", "exit 1"), "", code, &[]),
    ),
    attack(
        "builds that are identical again cannot be told, and the statement stays",
        "",
        2,
        "standard output",
        |code| after_attested(|_| {}, "> /dev/full", code, &[]),
    ),
    attack(
        "a rebuild is ended by Ctrl-C, and the statement stays",
        "",
        130,
        "cancelled",
        |code| {
            interrupted(
                &format!("{REBUILD} {BUILDER}"),
                &format!("{RESULT}/statement.json"),
                code,
            )
        },
    ),
    attack(
        "an audit is ended by Ctrl-C, and the one before stays",
        "",
        130,
        "cancelled",
        |code| interrupted("audit release --flake flake --json audit.json", "audit.json", code),
    ),
    attack(
        "an audit of a release that is damaged leaves the one before",
        "",
        2,
        "not a valid statement",
        |code| {
            after_audited(
                |fake| fake.folder.write("release/statement.json", "{}"),
                "",
                code,
                false,
            )
        },
    ),
    attack(
        "an audit that cannot be printed leaves the one before",
        "",
        2,
        "standard output",
        |code| after_audited(|_| {}, "> /dev/full", code, false),
    ),
    attack(
        "an audit of a flake that is not there leaves the one before",
        "",
        2,
        "flake",
        |code| {
            let change = |fake: &Fake| {
                std::fs::rename(fake.folder.path("flake"), fake.folder.path("gone")).unwrap();
            };
            after_audited(change, "", code, false)
        },
    ),
    attack(
        "an audit of a release that is not there leaves the one before",
        "",
        2,
        "cannot read",
        |code| {
            let change = |fake: &Fake| {
                std::fs::rename(fake.folder.path("release"), fake.folder.path("gone")).unwrap();
            };
            after_audited(change, "", code, false)
        },
    ),
    attack(
        "an audit that finds a difference says so in place of the one before",
        "",
        1,
        "different",
        |code| {
            let change = |fake: &Fake| fake.folder.write("store/original/bin/server", "other\n");
            after_audited(
                change,
                "; code=$?; grep -q '\"different\"' audit.json && exit $code",
                code,
                true,
            )
        },
    ),
    attack(
        "new keys whose name cannot be printed are left",
        "",
        2,
        "standard output",
        |code| keygen("> /dev/full", code),
    ),
    attack(
        "new keys whose name is printed nowhere are left",
        "",
        2,
        "it is closed",
        |code| keygen(">&-", code),
    ),
    attack(
        "a statement whose comparison cannot be printed is left",
        "",
        2,
        "standard output",
        |code| {
            let folder = Folder::with_identical_trees();
            folder.write_json("definition.json", &crate::util::definition());
            let command = "attest a b --definition definition.json --builder-id urn:x:y --out new/result";
            not_printed(&folder, command, "new/result/statement.json", "> /dev/full", code)
        },
    ),
    attack(
        "a signed statement whose signer cannot be printed is left",
        "",
        2,
        "standard output",
        |code| {
            let scene = Scene::new();
            scene.statement(1);
            scene.folder.run(&["keygen", "--out", "keys"], 0);
            let command = "sign --key keys/signing.key result-1/statement.json -o bundle";
            not_printed(&scene.folder, command, "bundle", "> /dev/full", code)
        },
    ),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
