//! `audit`: the published files against the files built from the attestation.

use serde_json::{Value, json};

use crate::fake_nix::Fake;
use crate::util::{BUILDER, COMMIT};

pub(crate) const AUDIT: &[&str] = &["audit", "release", "--flake", "flake"];

/// A release of what the fake builds. Another builder attests to it.
pub(crate) fn released() -> Fake {
    let fake = Fake::new();
    let arguments =
        "attest store/original store/rebuilt --definition store/definition.json --builder-id urn:x:other --out release";
    fake.run_words(arguments, 0);
    fake.folder
        .write("release/bin/server", fake.folder.read("store/original/bin/server"));
    fake.folder.set_mode("release/bin/server", 0o755);
    fake
}

/// Audits the release, and returns the findings.
pub(crate) fn audit(fake: &Fake, expected_code: i32) -> Value {
    let arguments = [AUDIT, &["--json", "-"]].concat();
    fake.run(&arguments, expected_code).json()
}

/// Findings of every kind: a difference, an attestation that cannot be audited, and a file that nobody attests to.
pub(crate) fn of_everything() -> Value {
    let fake = released();
    fake.folder.write("release/unattested", "");
    let mut other = fake.folder.read_json("release/statement.json");
    let parameters = &mut other["predicate"]["buildDefinition"]["externalParameters"];
    parameters["flakeAttribute"] = json!("missing-aarch64-linux");
    fake.folder.write_json("other.json", &other);
    fake.run(&["keygen", "--out", "keys"], 0);
    let arguments = "sign --key keys/signing.key other.json -o release/other.intoto.jsonl";
    fake.run_words(arguments, 0);
    let outputs = r#"case "$*" in *missing*) exit 1 ;; esac; cat "$here/outputs.json""#;
    fake.script("outputs", outputs);
    fake.folder.write("store/original/bin/server", "other\n");
    let findings = audit(&fake, 2);
    for list in ["audits", "undecided", "unattested"] {
        assert_eq!(findings[list].as_array().unwrap().len(), 1, "{findings}");
    }
    findings
}

/// The name and the status of each requirement.
fn requirements(audit: &Value) -> Vec<(&str, &str)> {
    let list = audit["audits"][0]["requirements"].as_array().unwrap();
    list.iter()
        .map(|one| (one["name"].as_str().unwrap(), one["status"].as_str().unwrap()))
        .collect()
}

/// The names of the requirements that failed.
pub(crate) fn failed(audit: &Value) -> Vec<&str> {
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
    assert!(requirements(&audit).iter().all(|(_, status)| *status == "passed"));
    assert_eq!(requirements(&audit).len(), 10);
    let calls = fake.calls();
    let flake = format!(
        "git+file://{}?rev={COMMIT}&allRefs=1",
        fake.folder.path("flake").display()
    );
    let (fetched, rest): (Vec<_>, Vec<_>) = calls.lines().partition(|call| call.contains("metadata"));
    assert!(fetched.len() == 1 && fetched[0].contains(&flake), "{calls}");
    // Every later call is about the fetched tree, except those about the machine.
    let locked = format!("path:{}?narHash=", fake.folder.path("source").display());
    assert!(
        rest.iter()
            .all(|call| call.contains(&locked) || call.contains("path-info") || call.contains("show-config")),
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
    assert_eq!(audit["status"], "different");
}

/// The published file is the attested one, but the source gives another file.
#[test]
fn a_published_file_that_the_source_does_not_give_is_different() {
    let fake = released();
    for tree in ["original", "rebuilt"] {
        fake.folder.write(format!("store/{tree}/bin/server"), "honest\n");
    }
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["original"]);
    assert_eq!(audit["status"], "different");
    assert_eq!(audit["audits"][0]["differences"][0]["path"], "bin/server");
    let text = fake.run(AUDIT, 1).stdout;
    assert!(text.contains("published and built here: different"), "{text}");
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
fn the_artifact_may_lie_elsewhere_or_flat_or_be_the_stores_own_copy() {
    let fake = released();
    fake.folder
        .write("release/server", fake.folder.read("release/bin/server"));
    fake.folder.set_mode("release/server", 0o755);
    fake.folder.remove("release/bin/server");
    fake.run(AUDIT, 0);
    let elsewhere = |artifact: &str, code| {
        let arguments = format!("audit release/statement.json --flake flake --artifact {artifact}");
        fake.run_words(&arguments, code)
    };
    elsewhere("release/server", 0);
    elsewhere("store/rebuilt", 0);
    // The artifact is the store's own copy, so only a second build can find a difference.
    fake.stored();
    elsewhere("store/original", 0);
    fake.script("again", "exit 104");
    elsewhere("store/original", 1);
    elsewhere("nowhere", 2);
}

#[test]
fn an_auditor_attests_to_what_it_built_only_if_it_is_what_was_published() {
    let fake = released();
    let attest = |out: &str, code| {
        let more = ["--attest-out", out, "--builder-id", BUILDER];
        fake.run(&[AUDIT, &more].concat(), code)
    };
    attest("one", 0);
    let statement = fake.folder.read_json("one/server-aarch64-linux/statement.json");
    assert_eq!(statement["predicate"]["runDetails"]["builder"]["id"], BUILDER);
    for tree in ["original", "rebuilt"] {
        fake.folder.write(format!("store/{tree}/bin/server"), "honest\n");
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

#[test]
fn a_file_that_is_exchanged_while_its_attestation_is_audited_is_not_decided() {
    let fake = released();
    // After the build all three files are the same, but none of them is the attested one.
    fake.script(
        "build",
        "for file in store/original store/rebuilt release; do echo evil > \"$here/../$file/bin/server\"; done; touch \"$here/built\"",
    );
    let output = fake.run(&[AUDIT, &["--quiet"]].concat(), 2);
    output.assert_error(&["release/bin/server", "changed while"]);
}
