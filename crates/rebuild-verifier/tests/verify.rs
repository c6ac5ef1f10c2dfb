//! `verify`: what is verified, rejected and undecided.

use build_attestation::dsse;
use serde_json::{Value, json};

use crate::builders::{Scene, builder, ed25519, link, oss_rebuild, p256};
use crate::util::{COMMIT, EMPTY, definition};

#[test]
fn two_builders_that_agree_verify_an_artifact() {
    let scene = Scene::with_two_builders();
    let output = scene.verify(&["one", "two"], &["--threshold", "2", "--source-rev", COMMIT], 0);
    assert!(output.stdout.starts_with("verified: server\n"), "{}", output.stdout);
    assert!(!output.stdout.contains("failed"), "{}", output.stdout);
    assert_eq!(output.stderr, "");
    scene.verify(&["one"], &[], 0);
    scene.verify(&["two"], &["--builder", &builder(2)], 0);
}

#[test]
fn every_format_of_an_attestation_is_read() {
    let scene = Scene::new();
    let statement = scene.statement(1).to_string();
    let line = dsse::to_line(statement.as_bytes(), &ed25519(1));
    let bundle = dsse::to_bundle(scene.statement(2).to_string().as_bytes(), &p256(2));
    scene.folder.write("lines", [line, bundle].concat());
    scene.publish("lines", &ed25519(1).public());
    scene.publish("two", &p256(2).public());
    scene.verify(&["lines"], &["--key", "two.pub", "--threshold", "2"], 0);
}

#[test]
fn every_artifact_must_be_covered() {
    let scene = Scene::with_two_builders();
    let run = |artifacts: &[&str], code| {
        let rest = ["--attestation", "one", "--key", "one.pub"];
        scene.folder.run(&[&["verify"], artifacts, &rest].concat(), code)
    };
    run(&["a/bin/server", "a/share/doc.txt"], 0);
    scene.folder.write("other", "other");
    let output = run(&["a/bin/server", "other"], 1);
    assert!(output.stdout.contains("verified: server\n"), "{}", output.stdout);
    assert!(output.stdout.contains("rejected: other\n"), "{}", output.stdout);
}

#[test]
fn a_trusted_builder_that_got_other_bits_rejects_the_artifact() {
    let scene = Scene::with_two_builders();
    for tree in ["a", "b"] {
        scene.folder.write(format!("{tree}/bin/server"), "other bits");
    }
    scene.sign("three", &scene.statement(3), &ed25519(3));
    scene.folder.write("a/bin/server", b"\x7fELF server");
    scene.assert_rejected(
        &["one", "two", "three"],
        &["--threshold", "2"],
        "agreement",
        &[&builder(3), "bin/server with sha256"],
    );
    // A builder that does not count is heard too, and so is one that has no such file.
    let only = ["--builder", &builder(1)];
    scene.assert_rejected(&["one", "three"], &only, "agreement", &[&builder(3)]);
    for tree in ["a", "b"] {
        scene.folder.remove(&format!("{tree}/bin/server"));
    }
    scene.sign("three", &scene.statement(3), &ed25519(3));
    scene.folder.write("a/bin/server", b"\x7fELF server");
    scene.assert_rejected(&["one", "three"], &[], "agreement", &["no bin/server"]);
    // Without its key the attestation is ignored.
    let arguments = "verify a/bin/server --attestation one three --key one.pub";
    scene.folder.run_words(arguments, 0);
}

#[test]
fn another_platform_or_another_source_is_no_disagreement_and_does_not_add_up() {
    let scene = Scene::with_two_builders();
    for (field, value) in [
        ("platform", json!("x86_64-linux")),
        ("flakeAttribute", json!("server-x86_64-linux")),
    ] {
        let mut other = definition();
        other[field] = value;
        for tree in ["a", "b"] {
            scene.folder.write(format!("{tree}/bin/server"), "other bits");
        }
        scene.sign("three", &scene.statement_of(3, &other), &ed25519(3));
        for tree in ["a", "b"] {
            scene.folder.write(format!("{tree}/bin/server"), b"\x7fELF server");
        }
        scene.verify(&["one", "two", "three"], &["--threshold", "2"], 0);
        scene.sign("same", &scene.statement_of(3, &other), &ed25519(3));
        scene.assert_rejected(&["one", "same"], &["--threshold", "2"], "independent", &["1 for"]);
    }
}

#[test]
fn only_the_builder_and_the_commit_that_are_asked_for_count() {
    let scene = Scene::with_two_builders();
    let other = "a".repeat(40);
    scene.assert_rejected(&["one"], &["--source-rev", &other], "source-revision", &[COMMIT]);
    scene.assert_rejected(&["one"], &["--builder", &builder(2)], "builder", &[&builder(1)]);
    let both = ["--builder", &builder(1), "--builder", &builder(2), "--threshold", "2"];
    scene.verify(&["one", "two"], &both, 0);
}

#[test]
fn a_source_that_is_no_commit_is_not_the_commit_that_is_asked_for() {
    let scene = Scene::new();
    for revision in ["dirty".to_owned(), format!("{COMMIT}-dirty"), "unknown".into()] {
        let mut other = definition();
        other["source"]["revision"] = json!(revision);
        other["resolvedDependencies"][0]["digest"]
            .as_object_mut()
            .unwrap()
            .remove("gitCommit");
        scene.sign("one", &scene.statement_of(1, &other), &ed25519(1));
        scene.assert_rejected(&["one"], &["--source-rev", COMMIT], "source-revision", &[&revision]);
    }
}

#[test]
fn bad_arguments_cannot_be_decided() {
    let scene = Scene::with_two_builders();
    let run = |arguments: &[&str]| scene.folder.run(&[&["verify"], arguments].concat(), 2);
    for arguments in [
        &["--attestation", "one", "--key", "one.pub"][..],
        &["a/bin/server", "--key", "one.pub"],
        &["a/bin/server", "--attestation", "one"],
        &[
            "a/bin/server",
            "--attestation",
            "one",
            "--key",
            "one.pub",
            "--policy",
            "p",
        ],
        &[
            "a/bin/server",
            "--attestation",
            "one",
            "--key",
            "one.pub",
            "--threshold",
            "-1",
        ],
    ] {
        assert_eq!(run(arguments).stdout, "");
    }
    let rest = ["--attestation", "one", "--key", "one.pub"];
    for (arguments, told) in [
        (&["a/bin/server", "--threshold", "0"][..], "at least 1"),
        (&["a/bin/server", "--source-rev", "main"], "git rev-parse"),
        (&["a/bin/server", "--builder", "me"], "absolute URI"),
        (&["a/bin/server", "--time", "soon"], "no time"),
        (&["a/bin/server", "--emit-svr", "svr"], "give the time"),
        (&["a/bin/none"], "a/bin/none"),
        (&["a"], "name the files in it"),
        (&["a/bin/server", "--attestation", "none"], "none"),
        (&["a/bin/server", "--attestation", "a"], "not a regular file"),
        (
            &["a/bin/server", "--attestation", "a/bin/server"],
            "not a valid attestation",
        ),
        (&["a/bin/server", "--key", "one"], "not a valid public key"),
        (&["a/bin/server", "--key", "a/bin/server"], "not a valid public key"),
    ] {
        run(&[arguments, &rest[..]].concat()).assert_error(&[told]);
    }
    assert!(!scene.folder.path("svr").exists());
}

#[test]
fn an_empty_artifact_is_verified_by_its_digest_like_any_other() {
    let scene = Scene::new();
    for tree in ["a", "b"] {
        scene.folder.write(format!("{tree}/bin/server"), "");
    }
    scene.sign("one", &scene.statement(1), &ed25519(1));
    scene.verify(&["one"], &[], 0);
}

/// The links of rebuilderd and the statements of oss-rebuild name files, not attributes of a flake.
#[test]
fn attestations_of_other_rebuilders_verify_and_disagree() {
    let scene = Scene::new();
    let sha256 = scene.statement(1)["subject"][0]["digest"]["sha256"].clone();
    let link = |sha256: &Value| link("server", sha256, &ed25519(7));
    scene.folder.write_json("link", &link(&sha256));
    scene.publish("link", &ed25519(7).public());
    scene.verify(&["link"], &[], 0);
    scene.assert_rejected(
        &["link"],
        &["--builder", &builder(1)],
        "builder",
        &["no name but its key"],
    );

    let equivalence = |rebuilt: &Value| oss_rebuild(&sha256, rebuilt);
    scene.sign("oss", &equivalence(&sha256), &p256(8));
    scene.verify(&["oss", "link"], &[], 0);
    // Nothing shows that both are about the same product.
    scene.assert_rejected(&["oss", "link"], &["--threshold", "2"], "independent", &["1 for"]);
    scene.sign("oss", &equivalence(&json!(EMPTY)), &p256(8));
    scene.assert_rejected(&["oss", "link"], &[], "agreement", &[&builder(8), EMPTY]);
    scene.folder.write_json("link", &link(&json!(EMPTY)));
    scene.assert_rejected(&["link"], &[], "agreement", &["SHA256:", EMPTY]);
}

#[test]
fn provenance_of_an_unknown_build_type_never_counts_and_still_disagrees() {
    let scene = Scene::with_two_builders();
    let mut statement = scene.statement(3);
    statement["predicate"]["buildDefinition"]["buildType"] = json!("https://example.org/build/v1");
    scene.sign("three", &statement, &ed25519(3));
    scene.assert_rejected(&["three"], &[], "build-type", &["https://example.org/build/v1"]);
    scene.assert_rejected(&["one", "three"], &["--threshold", "2"], "independent", &["1 for"]);
    statement["subject"][0]["digest"]["sha256"] = json!(EMPTY);
    scene.sign("three", &statement, &ed25519(3));
    scene.assert_rejected(&["one", "three"], &[], "agreement", &[&builder(3)]);
}
