//! `verify`: forgeries. None of them is verified.

use build_attestation::dsse;
use serde_json::json;

use crate::builders::{Scene, bundle_of, ed25519, p256};
use crate::util::EMPTY;

#[test]
fn a_tampered_payload_is_not_verified() {
    let scene = Scene::with_two_builders();
    let mut bundle = scene.folder.read_json("one");
    let mut statement = scene.statement(1);
    statement["subject"][0]["digest"]["sha256"] = json!(EMPTY);
    let other = bundle_of(dsse::IN_TOTO, statement.to_string().as_bytes(), &ed25519(1));
    bundle["dsseEnvelope"]["payload"] = other["dsseEnvelope"]["payload"].clone();
    scene.folder.write("empty", "");
    scene.folder.write_json("one", &bundle);
    let arguments = ["verify", "empty", "--attestation", "one", "--key", "one.pub"];
    let output = scene.folder.run(&arguments, 1);
    assert!(output.stdout.contains("not-trusted"), "{}", output.stdout);
}

#[test]
fn a_swapped_artifact_is_not_verified() {
    let scene = Scene::with_two_builders();
    scene.folder.write("a/bin/server", b"\x7fELF serves");
    scene.assert_rejected(&["one", "two"], &[], "attested", &["0 of 2"]);
}

#[test]
fn an_envelope_with_a_key_twice_cannot_be_decided() {
    let scene = Scene::with_two_builders();
    let text = String::from_utf8(scene.folder.read("one")).unwrap();
    scene.folder.write(
        "one",
        text.replacen("\"payload\":", "\"payload\":\"e30=\",\"payload\":", 1),
    );
    scene
        .verify(&["one"], &[], 2)
        .assert_error(&["\"payload\" occurs twice", "one"]);
}

#[test]
fn a_statement_with_a_key_twice_is_rejected_whichever_counts() {
    let scene = Scene::new();
    let text = scene.statement(1).to_string();
    for (from, to) in [
        ("\"sha256\":", format!("\"sha256\":\"{EMPTY}\",\"sha256\":")),
        ("\"builder\":", "\"builder\":{},\"builder\":".into()),
        ("\"annotations\":{", "\"annotations\":{\"dirty\":1,".into()),
    ] {
        assert!(text.contains(from), "{from}");
        let payload = text.replacen(from, &to, 1);
        scene
            .folder
            .write_json("one", &bundle_of(dsse::IN_TOTO, payload.as_bytes(), &ed25519(1)));
        scene.publish("one", &ed25519(1).public());
        scene.assert_rejected(&["one"], &[], "understood", &["occurs twice"]);
    }
}

#[test]
fn two_signatures_by_one_key_are_one() {
    let scene = Scene::with_two_builders();
    scene.assert_rejected(&["one", "one"], &["--threshold", "2"], "keys", &["1 for"]);
    // The key signs a second file as another builder, then twice on one envelope.
    scene.sign("again", &scene.statement(3), &ed25519(1));
    scene.assert_rejected(&["one", "again"], &["--threshold", "2"], "keys", &["1 for"]);
    let mut envelope = scene.folder.read_json("one")["dsseEnvelope"].take();
    let signature = envelope["signatures"][0].clone();
    envelope["signatures"] =
        json!([{ "sig": signature["sig"], "keyid": "a" }, { "sig": signature["sig"], "keyid": "b" }]);
    scene.folder.write_json("twice", &envelope);
    scene.publish("twice", &ed25519(1).public());
    scene.assert_rejected(&["twice"], &["--threshold", "2"], "keys", &["1 for"]);
}

#[test]
fn one_builder_under_two_keys_is_one() {
    let scene = Scene::with_two_builders();
    scene.sign("two", &scene.statement(1), &p256(2));
    scene.assert_rejected(&["one", "two"], &["--threshold", "2"], "builders", &["1 for"]);
}

#[test]
fn one_envelope_with_the_signatures_of_two_keys_is_one_builder() {
    let scene = Scene::with_two_builders();
    let statement = scene.statement(1).to_string();
    let mut envelope = bundle_of(dsse::IN_TOTO, statement.as_bytes(), &ed25519(1))["dsseEnvelope"].take();
    let other = bundle_of(dsse::IN_TOTO, statement.as_bytes(), &p256(2));
    let second = other["dsseEnvelope"]["signatures"][0].clone();
    envelope["signatures"].as_array_mut().unwrap().push(second);
    scene.folder.write_json("one", &envelope);
    scene.assert_rejected(
        &["one"],
        &["--threshold", "2", "--key", "two.pub"],
        "builders",
        &["1 for"],
    );
}

#[test]
fn builders_and_keys_that_only_together_are_enough_are_one_party() {
    let scene = Scene::with_two_builders();
    // There are two keys and two builders, but builder 1 has signed with both keys.
    scene.sign("bridge", &scene.statement(1), &p256(2));
    scene.assert_rejected(
        &["one", "two", "bridge"],
        &["--threshold", "2"],
        "independent",
        &["1 for"],
    );
}

#[test]
fn a_key_that_is_not_given_counts_for_nothing() {
    let scene = Scene::with_two_builders();
    scene.publish("one", &ed25519(9).public());
    scene.assert_rejected(&["one"], &[], "attested", &["0 of 1 attestations, 0 of them"]);
    scene.assert_rejected(&["one", "two"], &["--threshold", "2"], "keys", &["1 for"]);
}

/// The same seed gives unrelated keys of both kinds. A signature of one kind is no signature of the other, in any form.
#[test]
fn a_signature_of_one_kind_is_never_taken_for_one_of_the_other() {
    let scene = Scene::with_two_builders();
    scene.publish("one", &p256(1).public());
    scene.assert_rejected(&["one"], &[], "attested", &["0 of 1"]);
    scene.publish("two", &ed25519(2).public());
    scene.assert_rejected(&["two"], &[], "attested", &["0 of 1"]);

    // The raw form of an ECDSA signature has 64 bytes, as an Ed25519 signature has.
    scene.publish("two", &p256(2).public());
    let mut bundle = scene.folder.read_json("two");
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    let signature = &mut bundle["dsseEnvelope"]["signatures"][0]["sig"];
    let der = base64.decode(signature.as_str().unwrap()).unwrap();
    let raw = p256::ecdsa::Signature::from_der(&der).unwrap().to_bytes();
    *signature = json!(base64.encode(raw));
    scene.folder.write_json("two", &bundle);
    scene.assert_rejected(&["two"], &[], "attested", &["0 of 1"]);
}

#[test]
fn a_signature_over_another_payload_type_does_not_count() {
    let scene = Scene::with_two_builders();
    let payload = scene.statement(1).to_string();
    let honest = bundle_of("text/plain", payload.as_bytes(), &ed25519(1));
    scene.folder.write_json("one", &honest);
    scene.assert_rejected(&["one"], &[], "attested", &["0 of 1 attestations, 1 of them"]);
    let mut relabelled = honest;
    relabelled["dsseEnvelope"]["payloadType"] = json!(dsse::IN_TOTO);
    scene.folder.write_json("one", &relabelled);
    scene.assert_rejected(&["one"], &[], "attested", &["0 of 1 attestations, 0 of them"]);
}

#[test]
fn a_truncated_attestation_cannot_be_decided() {
    let scene = Scene::with_two_builders();
    let whole = scene.folder.read("one");
    scene.folder.write("one", &whole[..whole.len() - 10]);
    scene
        .verify(&["one", "two"], &[], 2)
        .assert_error(&["one", "not a valid attestation"]);
    let cut_second_line = [&whole[..], &whole[..whole.len() / 2]].concat();
    scene.folder.write("one", cut_second_line);
    scene.verify(&["one", "two"], &[], 2).assert_error(&["line 2"]);
}

/// A trusted key has signed each of these statements.
#[test]
fn a_signed_statement_that_breaks_a_rule_rejects_the_artifact() {
    let scene = Scene::with_two_builders();
    let digest = scene.statement(1)["subject"][0]["digest"].clone();
    for (pointer, value, told) in [
        ("/subject", json!([]), "0 subjects"),
        ("/subject/0/digest", json!({}), "has no digest"),
        (
            "/subject/0/digest",
            json!({ "md5": "00", "sha1": "00" }),
            "has no sha256, only md5, sha1",
        ),
        ("/subject/0/name", json!("../bin/server"), "not a name inside"),
        ("/subject/0/name", json!("/bin/server"), "not a name inside"),
        ("/subject/0/name", json!("bin/../../server"), "not a name inside"),
        ("/subject/0", json!({ "name": ".", "digest": digest }), "no file"),
        ("/subject/0/digest/sha256", json!(EMPTY), "not what its byproducts say"),
        (
            "/predicate/buildDefinition/externalParameters/sandbox",
            json!(false),
            "unknown field `sandbox`",
        ),
        (
            "/predicate/buildDefinition/externalParameters/source/ref",
            json!("main"),
            "unknown field `ref`",
        ),
        (
            "/predicate/runDetails/builder/id",
            json!("builder"),
            "not an absolute URI",
        ),
        ("/_type", json!("https://in-toto.io/Statement/v0.1"), "_type is"),
        ("/unknown", json!(1), "unknown field"),
    ] {
        let mut statement = scene.statement(1);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match name {
            "0" => statement["subject"][0] = value,
            _ => statement.pointer_mut(parent).unwrap()[name] = value,
        }
        scene.sign("bad", &statement, &ed25519(1));
        // A good statement beside it does not help.
        scene.assert_rejected(&["bad", "two"], &[], "understood", &[told]);
    }
}
