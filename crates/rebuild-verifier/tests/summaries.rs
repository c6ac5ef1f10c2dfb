//! `verify`: the documents that it writes, verification.json and the summaries.

use serde_json::{Value, json};

use crate::builders::{Scene, builder, ed25519, policy};
use crate::util::Output;

#[test]
fn the_document_says_all_that_was_required_and_found_and_nothing_of_this_machine() {
    let scene = Scene::with_two_builders();
    let artifact = scene.folder.path("a/bin/server");
    let attestation = scene.folder.path("one");
    scene.folder.write("policy.toml", policy());
    let arguments = |json: &'static str| {
        [
            "verify",
            artifact.to_str().unwrap(),
            "--attestation",
            attestation.to_str().unwrap(),
            "two",
            "--policy",
            "policy.toml",
            "--json",
            json,
        ]
    };
    let output = scene.folder.run(&arguments("-"), 0);
    let document = output.json();
    assert_eq!(document["verdict"], "verified");
    assert_eq!(document["policy"]["threshold"], 2);
    assert_eq!(document["artifacts"][0]["name"], "server");
    let requirements = document["artifacts"][0]["requirements"].as_array().unwrap();
    assert!(requirements.iter().all(|one| one["status"] == "passed"), "{document:#}");
    assert_eq!(document["attestations"][0]["builder"], json!(builder(1)));
    assert_eq!(document["attestations"][0]["outcome"], "accepted");
    assert!(output.stderr.contains("verified: server"), "{}", output.stderr);

    scene.folder.run(&arguments("out.json"), 0);
    assert_eq!(scene.folder.read("out.json"), output.stdout.as_bytes());
    assert!(!output.stdout.contains(scene.folder.path("").to_str().unwrap()));
}

/// Verifies `one` and `two`, and writes both summaries.
fn emit(scene: &Scene, more: &[&str], code: i32) -> Output {
    let options = ["--threshold", "2", "--emit-svr", "svr.json", "--emit-vsa", "vsa.json"];
    scene.verify(&["one", "two"], &[&options, more].concat(), code)
}

#[test]
fn what_is_emitted_states_what_was_verified_and_can_be_signed() {
    let scene = Scene::with_two_builders();
    let subject = scene.statement(1)["subject"][0]["digest"].clone();
    emit(
        &scene,
        &[
            "--time",
            "2026-08-03T09:05:39Z",
            "--verifier-id",
            "https://example.org/v",
        ],
        0,
    );
    let svr = scene.folder.read_json("svr.json");
    assert_eq!(svr["predicateType"], "https://in-toto.io/attestation/svr/v0.2");
    assert_eq!(svr["subject"], json!([{ "name": "server", "digest": subject }]));
    assert_eq!(svr["predicate"]["timeCreated"], "2026-08-03T09:05:39Z");
    assert_eq!(svr["predicate"]["verifier"]["id"], "https://example.org/v");
    assert_eq!(
        svr["predicate"]["properties"],
        json!(["SAMEBITS_REBUILT_BY_2", "SLSA_BUILD_LEVEL_1"])
    );

    let vsa = scene.folder.read_json("vsa.json");
    assert_eq!(vsa["predicateType"], "https://slsa.dev/verification_summary/v1");
    assert_eq!(vsa["predicate"]["verificationResult"], "PASSED");
    assert_eq!(vsa["predicate"]["policy"], svr["predicate"]["verifier"]["policies"][0]);
    assert_eq!(vsa["predicate"]["inputAttestations"].as_array().unwrap().len(), 2);
    assert!(
        vsa["predicate"]["resourceUri"]
            .as_str()
            .unwrap()
            .starts_with("ni:///sha-256;")
    );

    scene.folder.write("key", ed25519(5).to_pem().as_bytes());
    scene.folder.set_mode("key", 0o600);
    for name in ["svr.json", "vsa.json"] {
        scene
            .folder
            .run(&["sign", "--key", "key", name, "-o", "signed.intoto.jsonl"], 0);
    }
}

#[test]
fn a_rejected_artifact_gets_no_result_and_a_failed_summary() {
    let scene = Scene::with_two_builders();
    scene.folder.write("a/bin/server", "swapped");
    emit(&scene, &["--time", "2026-08-03T09:05:39Z"], 1);
    assert!(!scene.folder.path("svr.json").exists());
    let vsa: Value = scene.folder.read_json("vsa.json");
    assert_eq!(vsa["predicate"]["verificationResult"], "FAILED");
    assert_eq!(vsa["predicate"]["verifiedLevels"], json!(["FAILED"]));
}

#[test]
fn the_time_is_the_one_that_is_given_and_never_that_of_a_clock() {
    let scene = Scene::with_two_builders();
    emit(&scene, &[], 2).assert_error(&["--time", "SOURCE_DATE_EPOCH"]);
    assert!(!scene.folder.path("svr.json").exists());
    let script = "SOURCE_DATE_EPOCH=1785747939 exec \"$0\" verify a/bin/server --attestation one --key one.pub --emit-svr svr.json";
    scene.folder.shell(script, 0);
    assert_eq!(
        scene.folder.read_json("svr.json")["predicate"]["timeCreated"],
        "2026-08-03T09:05:39Z"
    );
    let script = script.replace("1785747939", "yesterday");
    scene
        .folder
        .shell(&script, 2)
        .assert_error(&["SOURCE_DATE_EPOCH", "seconds since 1970"]);
}

#[test]
fn two_documents_never_become_one() {
    let scene = Scene::with_two_builders();
    for pair in ["--json x --emit-svr x", "--emit-svr x --emit-vsa x"] {
        let script = format!(
            "exec \"$0\" verify a/bin/server --attestation one --key one.pub --time 2026-08-03T09:05:39Z {pair}"
        );
        scene.folder.shell(&script, 2).assert_error(&["x", "one place"]);
        assert!(!scene.folder.path("x").exists());
    }
}

#[test]
fn several_artifacts_are_summarised_under_a_uri_that_is_given() {
    let scene = Scene::with_two_builders();
    let mut arguments = vec![
        "verify",
        "a/bin/server",
        "a/share/doc.txt",
        "--attestation",
        "one",
        "--key",
        "one.pub",
        "--time",
        "2026-08-03T09:05:39Z",
        "--emit-vsa",
        "vsa.json",
    ];
    scene.folder.run(&arguments, 2).assert_error(&["--resource-uri"]);
    arguments.extend(["--resource-uri", "https://example.org/releases/1"]);
    scene.folder.run(&arguments, 0);
    let vsa = scene.folder.read_json("vsa.json");
    assert_eq!(vsa["subject"].as_array().unwrap().len(), 2);
    assert_eq!(vsa["predicate"]["resourceUri"], "https://example.org/releases/1");
}

#[test]
fn nothing_that_is_read_is_ever_written_over() {
    let scene = Scene::with_two_builders();
    scene.folder.link("same", "a/bin/server");
    for (option, file) in [
        ("--json", "a/bin/server"),
        ("--json", "same"),
        ("--emit-svr", "one"),
        ("--emit-vsa", "one.pub"),
    ] {
        let before = scene.folder.read(file);
        let more = [option, file, "--time", "2026-08-03T09:05:39Z"];
        scene
            .verify(&["one"], &more, 2)
            .assert_error(&["will not replace", file]);
        assert_eq!(scene.folder.read(file), before);
    }
    scene.folder.write("key", ed25519(1).to_pem().as_bytes());
    scene.folder.set_mode("key", 0o600);
    for file in ["key", "result-1/statement.json"] {
        let arguments = ["sign", "--key", "key", "result-1/statement.json", "-o", file];
        scene
            .folder
            .run(&arguments, 2)
            .assert_error(&["will not replace", file]);
    }
}
