//! Builds that are not what was asked for, or not built twice.

use serde_json::{Value, json};

use super::{Attack, all_fail, attack};
use crate::audit::{AUDIT, released};
use crate::fake_nix::{Fake, ORIGINAL_DRV, REBUILT_DRV};
use crate::util::{BUILDER, COMMIT, EMPTY, EMPTY_NAR, Folder, Output, PROGRAM, SHARED_DRV};

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}

/// Something that is compiled, as the standard library is.
const STD_DRV: &str = "4123456789abcdfghijklmnpqrsvwxyz-std.drv";
/// The same, made elsewhere.
const OTHER_STD_DRV: &str = "5123456789abcdfghijklmnpqrsvwxyz-std.drv";
/// An archive whose content is written down.
const ARCHIVE_DRV: &str = "6123456789abcdfghijklmnpqrsvwxyz-archive.tar.gz.drv";

const FIXED: &str = r#","sha256","00""#;

/// Rebuilds under a fake nix, attests, and leaves nothing unless it succeeds.
fn rebuild(fake: &Fake, exit: i32) -> Output {
    let arguments = "rebuild server-aarch64-linux --flake flake --attest-out out --builder-id";
    let arguments: Vec<_> = arguments.split(' ').chain([BUILDER]).collect();
    let output = fake.run(&arguments, exit);
    let statement = fake.folder.path("out/server-aarch64-linux/statement.json");
    assert_eq!(statement.exists(), exit == 0);
    assert!(
        exit == 0 || !output.stdout.contains("identical"),
        "{}",
        output.stdout
    );
    output
}

/// With another answer of `nix build` about one of its products.
fn answering(exit: i32, change: fn(&mut Vec<Value>)) -> Output {
    let fake = Fake::new();
    let mut answer = fake.folder.read_json("fake/answer.json");
    change(answer.as_array_mut().unwrap());
    fake.folder.write_json("fake/answer.json", &answer);
    rebuild(&fake, exit)
}

/// With other derivations of the two builds.
fn derived(exit: i32, derive: fn(&Fake)) -> Output {
    let fake = Fake::new();
    derive(&fake);
    rebuild(&fake, exit)
}

/// An output as a derivation has it that knows its hash beforehand.
fn fixed(fake: &Fake, name: &str) -> String {
    let path = fake.folder.path(&format!("store/{name}"));
    format!("\"{}\"{FIXED}", path.display())
}

/// With another definition.
fn defined(exit: i32, change: fn(&mut Value)) -> Output {
    let fake = Fake::new();
    let mut definition = fake.folder.read_json("store/definition.json");
    change(&mut definition);
    fake.folder.write_json("store/definition.json", &definition);
    rebuild(&fake, exit)
}

/// An audit of a source that Nix describes so.
fn audited(exit: i32, metadata: fn(&Fake) -> Value) -> Output {
    let fake = released();
    fake.script("metadata", &format!("echo '{}'", metadata(&fake)));
    fake.run(&[AUDIT, &["--json", "-"]].concat(), exit)
}

/// A statement with another field, audited.
fn stated(exit: i32, field: &str, value: &str) -> Output {
    let fake = released();
    let mut statement = fake.folder.read_json("release/statement.json");
    let parameters = &mut statement["predicate"]["buildDefinition"]["externalParameters"];
    parameters[field] = json!(value);
    fake.folder.write_json("release/statement.json", &statement);
    let output = fake.run(
        &[AUDIT, &["--attest-out", "a/b/out", "--builder-id", BUILDER]].concat(),
        exit,
    );
    assert!(!fake.folder.path("a").exists() && !fake.folder.path("fake/calls").exists());
    output
}

/// An attribute on the command line; nothing is asked of nix.
fn attribute(exit: i32, attribute: &str) -> Output {
    let fake = Fake::new();
    let output = fake.run(&["rebuild", "--flake", "flake", "--", attribute], exit);
    assert!(!fake.folder.path("fake/calls").exists());
    output
}

/// Builds that vary each time, under `rebuild --again`.
fn unstable(exit: i32, rebuilt: &str) -> Output {
    let fake = Fake::new();
    fake.stored();
    fake.script("again", "exit 104");
    fake.folder.write("store/rebuilt/bin/server", rebuilt);
    fake.folder.set_mode("store/rebuilt/bin/server", 0o755);
    let arguments =
        "rebuild server-aarch64-linux --flake flake --again --attest-out out --builder-id";
    let arguments: Vec<_> = arguments.split(' ').chain([BUILDER]).collect();
    let output = fake.run(&arguments, exit);
    assert!(!output.stdout.contains("identical"), "{}", output.stdout);
    let report = fake.run(&["report", "out", "--json", "-"], 1).json();
    assert_eq!(report["artifacts"][0]["status"], "different");
    output
}

/// Attests by hand to two trees with these derivations; what the statement says of what they share follows in the output.
fn by_hand(exit: i32, derivations: &[&str]) -> Output {
    let fake = Fake::new();
    let mut arguments: Vec<_> =
        "attest store/original store/rebuilt --definition store/definition.json --out out --builder-id urn:x"
            .split(' ')
            .collect();
    let paths: Vec<_> = derivations
        .iter()
        .map(|name| format!("store/{name}"))
        .collect();
    if !paths.is_empty() {
        arguments.push("--derivations");
        arguments.extend(paths.iter().map(String::as_str));
    }
    let mut output = fake.run(&arguments, exit);
    if exit == 0 {
        let statement = fake.folder.read_json("out/statement.json");
        let internal = &statement["predicate"]["buildDefinition"]["internalParameters"];
        output
            .stdout
            .push_str(&internal["sharedInputs"].to_string());
    }
    output
}

const ATTACKS: &[Attack] = &[
    // What was built is what the build says, not what evaluation says.
    attack(
        "two honest builds that share a listed tool are identical",
        "",
        0,
        "identical",
        |exit| derived(exit, |_| {}),
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
        |exit| {
            answering(exit, |answer| {
                answer[1]["drvPath"] = json!("/nix/store/another.drv")
            })
        },
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
    // One run is about one source.
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
                of_flakes.clone().count() > 1
                    && of_flakes.clone().all(|call| call.contains(&locked)),
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
    // Built twice, sharing no product.
    attack(
        "the rebuild is built from the original",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(
                    REBUILT_DRV,
                    "rebuilt",
                    &[SHARED_DRV, ORIGINAL_DRV],
                    &["source"],
                )
            })
        },
    ),
    attack(
        "the original is built from the rebuild",
        "",
        2,
        "the original holds it",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(
                    ORIGINAL_DRV,
                    "original",
                    &[SHARED_DRV, REBUILT_DRV],
                    &["source"],
                )
            })
        },
    ),
    attack(
        "the rebuild copies the original by way of another derivation",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "copy", &[ORIGINAL_DRV], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild copies the original by way of a fixed output",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(ARCHIVE_DRV, &fixed(fake, "archive"), &[ORIGINAL_DRV], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[ARCHIVE_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild takes the original's output as if it were a source",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(
                    REBUILT_DRV,
                    "rebuilt",
                    &[SHARED_DRV],
                    &["source", "=original"],
                )
            })
        },
    ),
    attack(
        "the rebuild takes the original's derivation as if it were a source",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(
                    REBUILT_DRV,
                    "rebuilt",
                    &[SHARED_DRV],
                    &["source", "=0123456789abcdfghijklmnpqrsvwxyz-server.drv"],
                )
            })
        },
    ),
    attack(
        "the rebuild takes a product of the original's as if it were a source",
        "",
        2,
        "does not list: 4123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &[]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV], &["source", "=std"]);
            })
        },
    ),
    attack(
        "the rebuild takes something as a source that was built before, from the original",
        "",
        2,
        "is not named after its content",
        |exit| {
            derived(exit, |fake| {
                fake.folder
                    .write("store/7123456789abcdfghijklmnpqrsvwxyz-copy", "program\n");
                let sources = ["source", "=7123456789abcdfghijklmnpqrsvwxyz-copy"];
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV], &sources);
            })
        },
    ),
    attack(
        "the rebuild takes a source that was changed in the store",
        "",
        2,
        "is not named after its content",
        |exit| {
            derived(exit, |fake| {
                let path = fake.source_file("source");
                std::fs::write(path, "changed").unwrap();
            })
        },
    ),
    attack(
        "both are built with one standard library",
        "",
        2,
        "does not list: 4123456789abcdfghijklmnpqrsvwxyz-std.drv",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &[]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "both are built with one standard library that a listed tool brings along",
        "",
        2,
        "does not list: 4123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[], &[]);
                fake.derivation(SHARED_DRV, "tools", &[STD_DRV], &[]);
            })
        },
    ),
    attack(
        "both are built with one standard library under two derivations",
        "",
        2,
        "does not list: 4123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &["one"]);
                fake.derivation(OTHER_STD_DRV, "std", &[SHARED_DRV], &["other"]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[OTHER_STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "a standard library is passed off as an archive: compiled, but with its hash written down",
        "",
        2,
        "does not list: 6123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(ARCHIVE_DRV, &fixed(fake, "archive"), &[SHARED_DRV], &[]);
                for (derivation, output) in [(ORIGINAL_DRV, "original"), (REBUILT_DRV, "rebuilt")] {
                    fake.derivation(derivation, output, &[ARCHIVE_DRV], &["source"]);
                }
            })
        },
    ),
    attack(
        "both are built with one pinned archive, which is no product",
        "",
        0,
        "identical",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(ARCHIVE_DRV, &fixed(fake, "archive"), &[], &["fetch.sh"]);
                for (derivation, output) in [(ORIGINAL_DRV, "original"), (REBUILT_DRV, "rebuilt")] {
                    fake.derivation(derivation, output, &[SHARED_DRV, ARCHIVE_DRV], &["source"]);
                }
            })
        },
    ),
    attack(
        "each is built with a standard library of its own",
        "",
        0,
        "identical",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &["std.sh"]);
                fake.derivation(OTHER_STD_DRV, "other-std", &[SHARED_DRV], &["std.sh"]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[OTHER_STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild's result is written down by its hash instead of built",
        "",
        2,
        "written down by its hash",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(
                    REBUILT_DRV,
                    &fixed(fake, "rebuilt"),
                    &[SHARED_DRV],
                    &["source"],
                )
            })
        },
    ),
    attack(
        "a dependency is content-addressed, so that both may turn out to be one",
        "",
        2,
        "known only once it is built",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(STD_DRV, r#""","r:sha256","""#, &[SHARED_DRV], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV, STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "a derivation is not in the store",
        "",
        2,
        "cannot read",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"])
            })
        },
    ),
    attack(
        "a derivation cannot be read",
        "",
        2,
        "is not a valid derivation",
        |exit| {
            derived(exit, |fake| {
                fake.folder.write(format!("store/{SHARED_DRV}"), "Derive([")
            })
        },
    ),
    attack(
        "a derivation leads out of the store",
        "",
        2,
        "is no derivation beside it",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "rebuilt", &["../flake/x.drv"], &[])
            })
        },
    ),
    attack(
        "a definition does not say what may be shared",
        "",
        2,
        "sharedInputs",
        |exit| {
            defined(exit, |definition| {
                drop(definition.as_object_mut().unwrap().remove("sharedInputs"))
            })
        },
    ),
    attack(
        "a definition says null of what may be shared",
        "",
        2,
        "sharedInputs",
        |exit| defined(exit, |definition| definition["sharedInputs"] = Value::Null),
    ),
    attack(
        "a definition lets nothing be shared, and something is",
        "",
        2,
        "does not list: 3123",
        |exit| defined(exit, |definition| definition["sharedInputs"] = json!([])),
    ),
    attack(
        "a definition lets a standard library be shared under its own kind",
        "",
        2,
        "unknown variant",
        |exit| {
            defined(exit, |definition| {
                definition["sharedInputs"] =
                    json!([{ "kind": "standard-library", "derivation": STD_DRV }]);
            })
        },
    ),
    attack(
        "a definition names what is shared by a pattern",
        "",
        2,
        "is not the name of a derivation",
        |exit| {
            defined(exit, |definition| {
                definition["sharedInputs"] = json!([{ "kind": "tools", "derivation": "*.drv" }]);
            })
        },
    ),
    attack(
        "two folders are attested to by hand, and the statement says that nobody has looked",
        "",
        0,
        "null",
        |exit| by_hand(exit, &[]),
    ),
    attack(
        "two folders are attested to with their derivations, and the statement says what they share",
        "",
        0,
        SHARED_DRV,
        |exit| by_hand(exit, &[ORIGINAL_DRV, REBUILT_DRV]),
    ),
    attack(
        "the derivations of other builds are handed to attest",
        "",
        2,
        "is not what it builds",
        |exit| by_hand(exit, &[REBUILT_DRV, ORIGINAL_DRV]),
    ),
    attack(
        "one derivation is handed to attest for both builds",
        "",
        2,
        "is not what it builds",
        |exit| by_hand(exit, &[ORIGINAL_DRV, ORIGINAL_DRV]),
    ),
    attack(
        "a statement says nothing of what is shared",
        "",
        2,
        "missing field `sharedInputs`",
        |exit| {
            let fake = released();
            let mut statement = fake.folder.read_json("release/statement.json");
            let internal = &mut statement["predicate"]["buildDefinition"]["internalParameters"];
            internal.as_object_mut().unwrap().remove("sharedInputs");
            fake.folder.write_json("release/statement.json", &statement);
            fake.run(AUDIT, exit)
        },
    ),
    attack(
        "a statement says that less is shared than is",
        "",
        1,
        "shared input 3123",
        |exit| {
            let fake = released();
            let mut statement = fake.folder.read_json("release/statement.json");
            let internal = &mut statement["predicate"]["buildDefinition"]["internalParameters"];
            internal["sharedInputs"] = json!([]);
            fake.folder.write_json("release/statement.json", &statement);
            fake.run(AUDIT, exit)
        },
    ),
    // One verdict.
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
    // A commit counts only if it was looked up.
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
    // Names that become paths and arguments.
    attack(
        "an attribute is the folder above",
        "CVE-2001-1267",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, ".."),
    ),
    attack(
        "an attribute leads out of the results by a path",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "../x"),
    ),
    attack(
        "an attribute is a path below another",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "a/b"),
    ),
    attack(
        "an attribute is an absolute path",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "/tmp/x"),
    ),
    attack(
        "an attribute is an option",
        "CVE-2017-1000117",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "-x"),
    ),
    attack(
        "an attribute has a second line",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "a\nb"),
    ),
    attack(
        "an attribute has an empty part",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "a..b"),
    ),
    attack(
        "an attribute picks another output",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "a^*"),
    ),
    attack(
        "an attribute is longer than the name of a file",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, &"a".repeat(300)),
    ),
    attack(
        "a statement's attribute is the folder above",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", ".."),
    ),
    attack(
        "a statement's attribute leads out of the results",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", "../../x"),
    ),
    attack(
        "a statement's attribute is an option",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", "--impure"),
    ),
    attack(
        "a statement's attribute is hidden",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", ".x"),
    ),
    attack(
        "a statement's platform is the folder above",
        "",
        2,
        "platform",
        |exit| stated(exit, "platform", ".."),
    ),
    attack(
        "a definition's attribute is the folder above",
        "",
        2,
        "flakeAttribute",
        |exit| {
            defined(exit, |definition| {
                definition["flakeAttribute"] = json!("..")
            })
        },
    ),
    attack(
        "a definition's target is an option",
        "",
        2,
        "target",
        |exit| {
            defined(exit, |definition| {
                definition["target"] = json!("-Zunstable")
            })
        },
    ),
    attack(
        "a subject's path leads out of the release",
        "",
        2,
        "is not a relative path of plain names",
        |exit| {
            let folder = Folder::with_identical_trees();
            folder.attest("out", 0);
            let mut statement = folder.read_json("out/statement.json");
            statement["subject"][0]["name"] = json!("../bin/server");
            folder.write_json("out/statement.json", &statement);
            folder.expect(
                folder
                    .command(PROGRAM)
                    .args(["audit", "out/statement.json"]),
                exit,
            )
        },
    ),
];
