//! `audit`: what was published, against what is built from its attestation.

use serde_json::{Value, json};

use crate::fake_nix::Fake;
use crate::util::{BUILDER, COMMIT, EMPTY_NAR, definition};

const AUDIT: &[&str] = &["audit", "release", "--flake", "flake"];

/// A release of what the fake builds, attested to by another builder.
fn released() -> Fake {
    let fake = Fake::new();
    let arguments = "attest store/original store/rebuilt --definition store/definition.json --builder-id urn:x:other --out release";
    fake.run(&arguments.split(' ').collect::<Vec<_>>(), 0);
    fake.folder.write(
        "release/bin/server",
        fake.folder.read("store/original/bin/server"),
    );
    fake.folder.set_mode("release/bin/server", 0o755);
    fake
}

fn audit(fake: &Fake, expected_code: i32) -> Value {
    let arguments = [AUDIT, &["--json", "-"]].concat();
    fake.run(&arguments, expected_code).json()
}

/// Findings of every kind at once: a difference, an audit that could not be made, a file that nobody attests to.
pub(crate) fn of_everything() -> Value {
    let fake = released();
    fake.folder.write("release/unattested", "");
    let mut other = fake.folder.read_json("release/statement.json");
    let parameters = &mut other["predicate"]["buildDefinition"]["externalParameters"];
    parameters["flakeAttribute"] = json!("missing-aarch64-linux");
    fake.folder.write_json("other.json", &other);
    fake.run(&["keygen", "--out", "keys"], 0);
    let arguments = "sign --key keys/signing.key other.json -o release/other.intoto.jsonl";
    fake.run(&arguments.split(' ').collect::<Vec<_>>(), 0);
    let outputs = r#"case "$*" in *missing*) exit 1 ;; esac; cat "$here/outputs.json""#;
    fake.script("outputs", outputs);
    fake.folder.write("store/original/bin/server", "other\n");
    let findings = audit(&fake, 2);
    for list in ["audits", "undecided", "unattested"] {
        assert_eq!(findings[list].as_array().unwrap().len(), 1, "{findings}");
    }
    findings
}

/// Name and status of each requirement.
fn requirements(audit: &Value) -> Vec<(&str, &str)> {
    let list = audit["audits"][0]["requirements"].as_array().unwrap();
    list.iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["status"].as_str().unwrap(),
            )
        })
        .collect()
}

/// The names of those that failed.
fn failed(audit: &Value) -> Vec<&str> {
    requirements(audit)
        .into_iter()
        .filter(|(_, status)| *status == "failed")
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn what_is_built_from_the_attested_commit_is_what_was_published() {
    let fake = released();
    let audit = audit(&fake, 0);
    assert_eq!(audit["status"], "identical");
    assert!(
        requirements(&audit)
            .iter()
            .all(|(_, status)| *status == "passed")
    );
    assert_eq!(requirements(&audit).len(), 10);
    let calls = fake.calls();
    let flake = format!(
        "git+file://{}?rev={COMMIT}&allRefs=1",
        fake.folder.path("flake").display()
    );
    assert!(
        calls
            .lines()
            .all(|call| call.contains(&flake) || call.contains("path-info")),
        "{calls}"
    );
}

#[test]
fn what_the_store_has_already_is_built_again() {
    let fake = released();
    fake.stored();
    audit(&fake, 0);
    assert_eq!(fake.calls().matches("build --rebuild").count(), 2);
    fake.script("again", "exit 104");
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["repeatable"]);
}

#[test]
fn a_published_file_that_is_not_the_attested_one_is_rejected_before_anything_is_built() {
    let fake = released();
    fake.folder.write("release/bin/server", "prograM\n");
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["artifact"]);
    assert_eq!(audit["status"], "rejected");
    assert!(!fake.folder.path("fake/calls").exists());
}

/// Attested and published alike, but the source gives something else.
#[test]
fn a_published_file_that_the_source_does_not_give_is_different() {
    let fake = released();
    for tree in ["original", "rebuilt"] {
        fake.folder
            .write(format!("store/{tree}/bin/server"), "honest\n");
    }
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["original"]);
    assert_eq!(audit["status"], "different");
    assert_eq!(audit["audits"][0]["differences"][0]["path"], "bin/server");
    let text = fake.run(AUDIT, 1).stdout;
    assert!(
        text.contains("published and built here: different"),
        "{text}"
    );
}

#[test]
fn a_lost_executable_bit_is_a_difference_too() {
    let fake = released();
    fake.folder.set_mode("release/bin/server", 0o644);
    let audit = audit(&fake, 1);
    assert_eq!(
        audit["audits"][0]["differences"][0]["kinds"],
        json!([{ "kind": "executable" }])
    );
}

#[test]
fn a_rebuild_under_other_conditions_that_differs_is_different() {
    let fake = released();
    fake.folder.write("store/rebuilt/bin/server", "varies\n");
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["rebuilt"]);
    assert_eq!(audit["status"], "different");
}

#[test]
fn a_file_that_is_built_but_not_attested_to_is_rejected_and_one_that_is_not_built_is_too() {
    let fake = released();
    for tree in ["original", "rebuilt"] {
        fake.folder.write(format!("store/{tree}/more"), "");
    }
    assert_eq!(failed(&audit(&fake, 1)), ["complete"]);
    for tree in ["original", "rebuilt"] {
        fake.folder.write(format!("store/{tree}/other"), "");
        fake.folder.remove(&format!("store/{tree}/bin/server"));
        fake.folder.remove(&format!("store/{tree}/more"));
    }
    assert_eq!(failed(&audit(&fake, 1)), ["complete", "original"]);
}

#[test]
fn another_source_than_the_attested_one_is_rejected_before_anything_is_built() {
    let other_hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (source, name) in [
        (
            json!({ "revision": "1".repeat(40), "narHash": EMPTY_NAR }),
            "source-revision",
        ),
        (
            json!({ "revision": COMMIT, "narHash": other_hash }),
            "source-hash",
        ),
    ] {
        let fake = released();
        fake.source(&source);
        let audit = audit(&fake, 1);
        assert_eq!(failed(&audit), [name]);
        assert_eq!(audit["status"], "rejected");
        assert!(!fake.calls().contains(" build "));
    }
}

#[test]
fn lock_files_that_are_not_the_attested_ones_are_rejected_before_anything_is_built() {
    let fake = released();
    fake.folder.write("source/flake.lock", "{}");
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["lock-files"]);
    assert!(!fake.calls().contains(" build "));
}

#[test]
fn a_source_that_defines_another_build_is_rejected_and_says_what_is_other() {
    let digest = "12".repeat(32);
    let changes: [(&str, Value, &str); 5] = [
        (
            "/toolchain",
            json!("rustc 1.86.0"),
            "toolchain is rustc 1.86.0, not rustc 1.85.0",
        ),
        (
            "/target",
            json!("x"),
            "target is x, not aarch64-unknown-linux-musl",
        ),
        (
            "/sourceDateEpoch",
            json!(7),
            "sourceDateEpoch is 7, not 1785747939",
        ),
        (
            "/resolvedDependencies/3/digest/sha256",
            json!(digest),
            "dependency ziglang",
        ),
        (
            "/variations/0/rebuilt",
            json!("/x"),
            "variation build-directory",
        ),
    ];
    for (pointer, value, words) in changes {
        let fake = released();
        let mut definition = definition();
        *definition.pointer_mut(pointer).unwrap() = value;
        fake.folder.write_json("store/definition.json", &definition);
        let audit = audit(&fake, 1);
        assert_eq!(failed(&audit), ["definition"]);
        assert!(audit.to_string().contains(words), "{audit}");
    }
}

#[test]
fn documents_that_contradict_each_other_are_rejected_before_anything_is_fetched() {
    let fake = released();
    let mut comparison = fake.folder.read("release/comparison.json");
    comparison.push(b'\n');
    fake.folder.write("release/comparison.json", comparison);
    assert_eq!(failed(&audit(&fake, 1)), ["documents"]);
    assert!(!fake.folder.path("fake/calls").exists());
}

#[test]
fn a_file_that_no_attestation_speaks_of_is_not_checked_and_named() {
    let fake = released();
    fake.folder.write("release/bin/backdoor", "");
    let output = fake.run(AUDIT, 2);
    assert!(
        output
            .stderr
            .contains("not checked: no attestation speaks of bin/backdoor"),
        "{}",
        output.stderr
    );
    assert_eq!(audit(&fake, 2)["unattested"], json!(["bin/backdoor"]));
    // An attestation that is named itself answers only for what it speaks of.
    fake.run(&["audit", "release/statement.json", "--flake", "flake"], 0);
}

#[test]
fn the_artifact_may_lie_elsewhere_or_flat_or_be_the_stores_own_copy() {
    let fake = released();
    fake.folder
        .write("release/server", fake.folder.read("release/bin/server"));
    fake.folder.set_mode("release/server", 0o755);
    fake.folder.remove("release/bin/server");
    fake.run(AUDIT, 0);
    let elsewhere = |artifact: &str, code| {
        let arguments = [
            "audit",
            "release/statement.json",
            "--flake",
            "flake",
            "--artifact",
            artifact,
        ];
        fake.run(&arguments, code)
    };
    elsewhere("release/server", 0);
    elsewhere("store/rebuilt", 0);
    // It was in the store before, so it is built again, which is what makes this more than a look in a mirror.
    fake.stored();
    elsewhere("store/original", 0);
    fake.script("again", "exit 104");
    elsewhere("store/original", 1);
    elsewhere("nowhere", 2);
}

#[test]
fn signed_statements_are_read_without_their_signature_being_believed() {
    let fake = released();
    fake.run(&["keygen", "--out", "keys"], 0);
    let key = "keys/signing.key";
    for bundle in [
        "release/server.sigstore.json",
        "release/server.intoto.jsonl",
    ] {
        fake.run(
            &["sign", "--key", key, "release/statement.json", "-o", bundle],
            0,
        );
    }
    // The same in three wrappings is audited once.
    assert_eq!(audit(&fake, 0)["audits"].as_array().unwrap().len(), 1);
    fake.folder.remove("release/statement.json");
    fake.folder.remove("release/comparison.json");
    assert_eq!(audit(&fake, 0)["audits"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_no_attestation_of_ours_is_not_decided() {
    let fake = released();
    fake.folder.write("release/x.intoto.jsonl", "{}");
    fake.run(AUDIT, 2).assert_error(&["x.intoto.jsonl"]);
    fake.folder.write("lonely/file", "");
    fake.run(&["audit", "lonely", "--flake", "flake"], 2)
        .assert_error(&["lonely", "it holds no statement.json"]);
    fake.run(&["audit", "nowhere", "--flake", "flake"], 2)
        .assert_error(&["nowhere"]);
}

#[test]
fn a_published_file_that_is_missing_is_not_decided() {
    let fake = released();
    fake.folder.remove("release/bin/server");
    let output = fake.run(&[AUDIT, &["--quiet"]].concat(), 2);
    output.assert_error(&["cannot read", "release/bin/server"]);
    assert_eq!(
        audit(&fake, 2)["undecided"][0]["flake_attribute"],
        "server-aarch64-linux"
    );
}

#[test]
fn a_commit_that_is_not_there_is_not_decided() {
    let fake = released();
    fake.script(
        "metadata",
        "echo '@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"Cannot find Git revision\"}' >&2; exit 1",
    );
    let output = fake.run(AUDIT, 2);
    assert!(
        output.stderr.contains("could not fetch the source: "),
        "{}",
        output.stderr
    );
    assert!(
        output
            .stderr
            .contains("Cannot find Git revision; run it again"),
        "{}",
        output.stderr
    );
}

/// There is no commit to ask for: the tree must be the attested one as it is.
#[test]
fn a_source_without_a_commit_is_taken_as_it_is_and_must_have_the_attested_hash() {
    let mut definition = definition();
    definition["source"]["revision"] = json!("dirty");
    definition["resolvedDependencies"][0]["digest"]
        .as_object_mut()
        .unwrap()
        .remove("gitCommit");
    let released = || {
        let fake = Fake::new();
        fake.folder.write_json("store/definition.json", &definition);
        let arguments = "attest store/original store/rebuilt --definition store/definition.json --builder-id urn:x:other --out release";
        fake.run(&arguments.split(' ').collect::<Vec<_>>(), 0);
        fake.folder.write("release/bin/server", "program\n");
        fake.folder.set_mode("release/bin/server", 0o755);
        fake.source(&json!({ "revision": null, "narHash": EMPTY_NAR }));
        fake
    };
    let fake = released();
    audit(&fake, 0);
    assert!(!fake.calls().contains("rev="));
    fake.source(&json!({ "revision": null, "narHash": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }));
    assert_eq!(failed(&audit(&fake, 1)), ["source-hash"]);
}

#[test]
fn an_auditor_attests_to_what_it_built_only_if_it_is_what_was_published() {
    let fake = released();
    let attest = |out: &str, code| {
        let more = ["--attest-out", out, "--builder-id", BUILDER];
        fake.run(&[AUDIT, &more].concat(), code)
    };
    attest("one", 0);
    let statement = fake
        .folder
        .read_json("one/server-aarch64-linux/statement.json");
    assert_eq!(
        statement["predicate"]["runDetails"]["builder"]["id"],
        BUILDER
    );
    for tree in ["original", "rebuilt"] {
        fake.folder
            .write(format!("store/{tree}/bin/server"), "honest\n");
    }
    attest("two", 1);
    assert_eq!(
        fake.folder.names("two/server-aarch64-linux"),
        ["comparison.json", "definition.json"]
    );
    let report = fake.run(&["report", "two", "--json", "-"], 1).json();
    assert_eq!(
        report["artifacts"][0]["results"][0]["differences"][0]["path"],
        "bin/server"
    );
    fake.folder.set_mode("release/bin/server", 0o644);
    fake.folder.write("release/bin/server", "evil\n");
    attest("three", 1);
    assert!(!fake.folder.path("three").exists());
}
