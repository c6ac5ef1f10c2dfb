//! Builds that are not the requested ones: evaluation and build disagree, the source differs, a build does not repeat.

use serde_json::{Value, json};

use super::{Attack, all_fail, attack};
use crate::audit::{AUDIT, released};
use crate::fake_nix::{Fake, ORIGINAL_DRV};
use crate::util::{BUILDER, COMMIT, EMPTY, EMPTY_NAR, Folder, Output, SHARED_DRV};

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}

/// Rebuilds with a fake nix, and attests. Asserts that there is a statement only after a success.
pub(super) fn rebuild(fake: &Fake, exit: i32) -> Output {
    let arguments = "rebuild server-aarch64-linux --flake flake --attest-out out --builder-id";
    let arguments: Vec<_> = arguments.split(' ').chain([BUILDER]).collect();
    let output = fake.run(&arguments, exit);
    let statement = fake.folder.path("out/server-aarch64-linux/statement.json");
    assert_eq!(statement.exists(), exit == 0);
    assert!(exit == 0 || !output.stdout.contains("identical"), "{}", output.stdout);
    output
}

/// Rebuilds after a change of the answer of `nix build`.
fn answering(exit: i32, change: fn(&mut Vec<Value>)) -> Output {
    let fake = Fake::new();
    let mut answer = fake.folder.read_json("fake/answer.json");
    change(answer.as_array_mut().unwrap());
    fake.folder.write_json("fake/answer.json", &answer);
    rebuild(&fake, exit)
}

/// Rebuilds after a change of the definition.
pub(super) fn defined(exit: i32, change: fn(&mut Value)) -> Output {
    let fake = Fake::new();
    let mut definition = fake.folder.read_json("store/definition.json");
    change(&mut definition);
    fake.folder.write_json("store/definition.json", &definition);
    rebuild(&fake, exit)
}

/// Rebuilds after a change of the folder, with this name of the lock file in the definition.
fn locked(name: &str, change: fn(&Folder), exit: i32) -> Output {
    let fake = Fake::new();
    change(&fake.folder);
    let mut definition = fake.folder.read_json("store/definition.json");
    definition["resolvedDependencies"][1]["name"] = json!(name);
    fake.folder.write_json("store/definition.json", &definition);
    rebuild(&fake, exit)
}

/// Rebuilds after a change of the derivations.
pub(super) fn derived(exit: i32, derive: fn(&Fake)) -> Output {
    let fake = Fake::new();
    derive(&fake);
    rebuild(&fake, exit)
}

/// Audits a release whose source Nix describes with this metadata.
fn audited(exit: i32, metadata: fn(&Fake) -> Value) -> Output {
    let fake = released();
    fake.script("metadata", &format!("echo '{}'", metadata(&fake)));
    fake.run(&[AUDIT, &["--json", "-"]].concat(), exit)
}

/// Rebuilds with these settings of Nix; an audit ends likewise.
fn set(exit: i32, store: &str, group: &str) -> Output {
    let settings = json!({ "store": store, "build-users-group": group });
    let release = released();
    release.settings(&settings);
    let audit = release.run(AUDIT, exit);
    let fake = Fake::new();
    fake.settings(&settings);
    let rebuild = rebuild(&fake, exit);
    assert_eq!(
        audit.stderr.contains(AS_OWNER),
        rebuild.stderr.contains(AS_OWNER),
        "{}",
        audit.stderr
    );
    rebuild
}

/// What is said of builds that can change what other builds read.
const AS_OWNER: &str = "Nix runs builds as the owner of the store";

/// Runs `rebuild --again` on builds that do not repeat.
fn unstable(exit: i32, rebuilt: &str) -> Output {
    let fake = Fake::new();
    fake.stored();
    fake.script("again", "exit 104");
    fake.folder.write("store/rebuilt/bin/server", rebuilt);
    fake.folder.set_mode("store/rebuilt/bin/server", 0o755);
    let arguments = "rebuild server-aarch64-linux --flake flake --again --attest-out out --builder-id";
    let arguments: Vec<_> = arguments.split(' ').chain([BUILDER]).collect();
    let output = fake.run(&arguments, exit);
    assert!(!output.stdout.contains("identical"), "{}", output.stdout);
    let report = fake.run(&["report", "out", "--json", "-"], 1).json();
    assert_eq!(report["artifacts"][0]["status"], "different");
    output
}

const ATTACKS: &[Attack] = &[
    // The build's own answer must name the outputs that evaluation names.
    attack(
        "two honest builds that share a listed tool are identical",
        "",
        0,
        "identical",
        |exit| derived(exit, |_| {}),
    ),
    // Such builds are identical, even if one of them changes what both read.
    attack(
        "builds could change the store that they read from, with the store named",
        "",
        2,
        AS_OWNER,
        |exit| set(exit, "local", ""),
    ),
    attack(
        "builds could change the store that they read from, in another folder",
        "",
        2,
        AS_OWNER,
        |exit| set(exit, "/tmp/store", ""),
    ),
    attack(
        "builds could change the store that they read from, and the settings do not show it",
        "",
        2,
        "nix could not show its settings",
        |exit| {
            let fake = Fake::new();
            fake.script("settings", "echo '{}'");
            rebuild(&fake, exit)
        },
    ),
    attack(
        "the settings of the daemon that builds are its own",
        "",
        0,
        "identical",
        |exit| set(exit, "daemon", ""),
    ),
    attack(
        "the build has made another output than evaluation names",
        "",
        2,
        "evaluation names",
        |exit| {
            answering(exit, |answer| {
                answer[2]["outputs"]["out"] = json!("/nix/store/another-server")
            })
        },
    ),
    attack(
        "the rebuild is built elsewhere than evaluation names",
        "",
        2,
        "evaluation names",
        |exit| {
            answering(exit, |answer| {
                answer[1]["outputs"]["out"] = json!("/nix/store/another-server")
            })
        },
    ),
    attack(
        "the definition is built elsewhere than evaluation names",
        "",
        2,
        "evaluation names",
        |exit| {
            answering(exit, |answer| {
                answer[0]["outputs"]["out"] = json!("/nix/store/another-definition.json")
            })
        },
    ),
    attack(
        "the build has used another derivation than evaluation names",
        "",
        2,
        "has made nothing of it",
        |exit| answering(exit, |answer| answer[1]["drvPath"] = json!("/nix/store/another.drv")),
    ),
    attack(
        "the build does not say that it has built the rebuild",
        "",
        2,
        "has made nothing of it",
        |exit| answering(exit, |answer| drop(answer.remove(1))),
    ),
    attack(
        "the build says nothing at all",
        "",
        2,
        "has made nothing of it",
        |exit| answering(exit, Vec::clear),
    ),
    attack(
        "the build has made one more output than is compared",
        "",
        2,
        "evaluation names",
        |exit| {
            answering(exit, |answer| {
                answer[2]["outputs"]["bin"] = json!("/nix/store/another-server-bin")
            })
        },
    ),
    attack(
        "the build names no output, as of a derivation that is content-addressed",
        "",
        2,
        "say what it built",
        |exit| answering(exit, |answer| answer[2]["outputs"]["out"] = Value::Null),
    ),
    attack(
        "the build answers with a derivation that is itself still to be built",
        "",
        2,
        "say what it built",
        |exit| {
            answering(exit, |answer| {
                answer[2]["drvPath"] = json!({ "drvPath": "/nix/store/x.drv", "output": "out" })
            })
        },
    ),
    attack(
        "the build answers with a list where an object is meant",
        "serde#1587",
        2,
        "say what it built",
        |exit| {
            answering(exit, |answer| {
                answer[2] = json!([answer[2]["drvPath"], answer[2]["outputs"]])
            })
        },
    ),
    attack(
        "a newer Nix also says when it has built, and that is no disagreement",
        "",
        0,
        "identical",
        |exit| answering(exit, |answer| answer[2]["startTime"] = json!(1785747939)),
    ),
    attack(
        "evaluation names an output that its own derivation does not build",
        "",
        2,
        "is not what it builds",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(ORIGINAL_DRV, "elsewhere", &[SHARED_DRV], &["source"])
            })
        },
    ),
    attack(
        "building again makes another derivation than was built first",
        "",
        2,
        "has made nothing of it",
        |exit| {
            let fake = Fake::new();
            fake.script("path-info", "echo '[{}]'");
            fake.script("again", "echo '[]'; exit 0");
            rebuild(&fake, exit)
        },
    ),
    // Every call of a run is about the same source.
    attack(
        "the flake changes between two calls, and every call is about what was fetched",
        "",
        0,
        "path:",
        |exit| {
            let fake = Fake::new();
            rebuild(&fake, exit);
            let calls = fake.calls();
            let of_flakes = calls.lines().filter(|call| call.contains('#'));
            let locked = format!(
                "path:{}?narHash=sha256-47DEQpj8HBSa%2B",
                fake.folder.path("source").display()
            );
            assert!(
                of_flakes.clone().count() > 1 && of_flakes.clone().all(|call| call.contains(&locked)),
                "{calls}"
            );
            Output {
                stdout: calls,
                stderr: String::new(),
            }
        },
    ),
    attack(
        "a flake brings settings along under which it wants to be built",
        "nix#9649",
        0,
        "accept-flake-config",
        |exit| {
            let fake = Fake::new();
            rebuild(&fake, exit);
            let calls = fake.calls();
            assert!(
                calls
                    .lines()
                    .all(|call| call.contains("--option accept-flake-config false")),
                "{calls}"
            );
            Output {
                stdout: calls,
                stderr: String::new(),
            }
        },
    ),
    attack(
        "a flake reads the first build while it is evaluated, and writes it into the second",
        "",
        0,
        "import-from",
        |exit| {
            let fake = Fake::new();
            rebuild(&fake, exit);
            let calls = fake.calls();
            assert!(
                calls
                    .lines()
                    .all(|call| call.contains("--option allow-import-from-derivation false")),
                "{calls}"
            );
            Output {
                stdout: calls,
                stderr: String::new(),
            }
        },
    ),
    // A build that does not repeat has one verdict.
    attack(
        "builds that are the same once but not again are called different",
        "",
        1,
        "came out different",
        |exit| unstable(exit, "program\n"),
    ),
    attack(
        "builds that differ, and differ again, are called different once",
        "",
        1,
        "different: 1 difference",
        |exit| unstable(exit, "other\n"),
    ),
    attack(
        "an audit of builds that are not the same again calls them rejected only",
        "",
        1,
        "\"status\": \"different\"",
        |exit| {
            let fake = released();
            fake.stored();
            fake.script("again", "exit 104");
            fake.run(&[AUDIT, &["--json", "-"]].concat(), exit)
        },
    ),
    // A commit counts only if Nix has looked it up.
    attack(
        "a folder without commits passes for the attested commit",
        "",
        1,
        "no commit that was looked up",
        |exit| {
            audited(
                exit,
                |fake| json!({ "locked": { "narHash": EMPTY_NAR, "type": "path" }, "path": fake.folder.path("source") }),
            )
        },
    ),
    attack(
        "a folder only says that it is the attested commit",
        "",
        1,
        "no commit that was looked up",
        |exit| {
            audited(
                exit,
                |fake| json!({ "locked": { "narHash": EMPTY_NAR, "type": "path", "rev": COMMIT }, "revision": COMMIT, "path": fake.folder.path("source") }),
            )
        },
    ),
    attack(
        "an archive only says that it is the attested commit",
        "",
        1,
        "no commit that was looked up",
        |exit| {
            audited(
                exit,
                |fake| json!({ "locked": { "narHash": EMPTY_NAR, "type": "tarball", "rev": COMMIT }, "revision": COMMIT, "path": fake.folder.path("source") }),
            )
        },
    ),
    attack(
        "a folder that only says which commit it is gets an attestation to it",
        "",
        2,
        "no commit that was looked up",
        |exit| {
            let fake = Fake::new();
            let metadata = json!({ "locked": { "narHash": EMPTY_NAR, "type": "path", "rev": COMMIT }, "path": fake.folder.path("source") });
            fake.script("metadata", &format!("echo '{metadata}'"));
            rebuild(&fake, exit)
        },
    ),
    attack(
        "another commit than the attested one is fetched",
        "",
        1,
        "source-revision",
        |exit| {
            audited(
                exit,
                |fake| json!({ "locked": { "narHash": EMPTY_NAR, "type": "git", "rev": "1".repeat(40) }, "path": fake.folder.path("source") }),
            )
        },
    ),
    attack(
        "a file that the definition names is reached by a link that leads out of the source",
        "CVE-2021-32803",
        2,
        "etc/passwd is no file in the source",
        |exit| {
            let fake = Fake::new();
            fake.folder.link("source/etc", "../elsewhere");
            fake.folder.write("elsewhere/passwd", "");
            let mut definition = fake.folder.read_json("store/definition.json");
            let dependencies = definition["resolvedDependencies"].as_array_mut().unwrap();
            dependencies.push(json!({ "name": "etc/passwd", "digest": { "sha256": EMPTY } }));
            fake.folder.write_json("store/definition.json", &definition);
            rebuild(&fake, exit)
        },
    ),
    attack(
        "a lock file in a folder is another than the definition says",
        "",
        2,
        "sub/Cargo.lock is",
        |exit| {
            locked(
                "sub/Cargo.lock",
                |folder| folder.write("source/sub/Cargo.lock", "another"),
                exit,
            )
        },
    ),
    attack(
        "the definition names a lock file in a folder, and another is looked at",
        "",
        2,
        "sub/Cargo.lock is no file in the source",
        |exit| locked("sub/Cargo.lock", |_| (), exit),
    ),
    attack(
        "a file that the definition names lies outside of the source",
        "CVE-2021-32803",
        2,
        "is not a relative path of plain names",
        |exit| locked("../Cargo.lock", |folder| folder.write("Cargo.lock", ""), exit),
    ),
    attack(
        "a lock file in a folder is that of the definition",
        "",
        0,
        "identical",
        |exit| {
            locked(
                "sub/Cargo.lock",
                |folder| folder.write("source/sub/Cargo.lock", ""),
                exit,
            )
        },
    ),
    attack(
        "a lock file has a URI, so that nobody looks it up in the source",
        "",
        2,
        "lacks \"Cargo.lock\"",
        |exit| {
            defined(exit, |definition| {
                let lock = &mut definition["resolvedDependencies"][1];
                lock["uri"] = json!("https://example.org/Cargo.lock");
                lock["digest"]["sha256"] = json!("0".repeat(64));
            })
        },
    ),
    attack(
        "a definition names two lock files, one for each reader",
        "",
        2,
        "names two files Cargo.lock",
        |exit| {
            defined(exit, |definition| {
                let dependencies = definition["resolvedDependencies"].as_array_mut().unwrap();
                dependencies.push(json!({ "name": "sub/Cargo.lock", "digest": { "sha256": EMPTY } }));
            })
        },
    ),
    attack(
        "a dependency has nothing by which it could be looked up",
        "",
        2,
        "has neither a URI nor a sha256",
        |exit| {
            defined(exit, |definition| {
                let dependencies = definition["resolvedDependencies"].as_array_mut().unwrap();
                dependencies.push(json!({ "name": "x", "digest": { "sha1": "0".repeat(40) } }));
            })
        },
    ),
];
