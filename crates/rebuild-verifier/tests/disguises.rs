//! `verify`: documents that look like something else. None of them is verified.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use build_attestation::{Limits, dsse};
use serde_json::{Value, json};

use crate::builders::{Scene, builder, bundle_of, ed25519, p256, policy};
use crate::util::{EMPTY, Output};

/// Changes the envelope in the bundle `one`, and verifies it with the keys `one.pub` and `two.pub`.
fn with_envelope(scene: &Scene, change: impl FnOnce(&mut Value), expected_code: i32) -> Output {
    let mut envelope = scene.folder.read_json("one")["dsseEnvelope"].take();
    change(&mut envelope);
    scene.folder.write_json("changed", &envelope);
    let rest = ["--attestation", "changed", "--key", "one.pub", "two.pub"];
    let arguments = [&["verify", "a/bin/server"][..], &rest].concat();
    scene.folder.run(&arguments, expected_code)
}

/// Changes the statement of builder 1 about `a/bin/server`, and signs it as `one`.
pub(crate) fn sign_changed(scene: &Scene, change: impl FnOnce(&mut Value)) {
    let mut statement = scene.statement(1);
    change(&mut statement);
    scene.sign("one", &statement, &ed25519(1));
}

#[test]
fn only_a_sha256_in_lower_case_is_a_digest() {
    let scene = Scene::new();
    let sha256 = scene.statement(1)["subject"][0]["digest"]["sha256"].clone();
    let sha256 = sha256.as_str().unwrap();
    let mixed = format!("{}{}", sha256[..32].to_uppercase(), &sha256[32..]);
    for (digest, told) in [
        (json!({ "sha256": mixed }), "lower-case hex"),
        (json!({ "sha256": format!("0x{}", &sha256[2..]) }), "lower-case hex"),
        (json!({ "sha256": format!("{sha256} ") }), "lower-case hex"),
        (json!({ "sha256": &sha256[..63] }), "lower-case hex"),
        (json!({ "SHA256": sha256 }), "has no sha256, only SHA256"),
        (json!({ "sha512": sha256.repeat(2) }), "has no sha256, only sha512"),
        (json!({ "sha3_256": sha256 }), "has no sha256, only sha3_256"),
        (json!({ "sha256": null }), "invalid type"),
        (json!({ "sha256": [sha256] }), "invalid type"),
    ] {
        sign_changed(&scene, |statement| {
            statement["subject"][0]["digest"] = digest;
        });
        scene.assert_rejected(&["one"], &[], "understood", &[told]);
    }
}

/// Neither the right digest of another algorithm nor the right name makes up for a wrong SHA-256.
#[test]
fn a_right_name_or_sha512_does_not_make_up_for_a_wrong_sha256() {
    let scene = Scene::new();
    let provenance = |digest: Value| {
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "name": "rebuild/server", "digest": digest }],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {
                "buildDefinition": {
                    "buildType": "https://docs.oss-rebuild.dev/builds/Rebuild@v0.1",
                    "externalParameters": {
                        "artifact": "server", "ecosystem": "debian", "package": "server", "version": "1"
                    }
                },
                "runDetails": { "builder": { "id": builder(8) } }
            }
        })
    };
    let sha256 = scene.statement(1)["subject"][0]["digest"]["sha256"].clone();
    scene.sign("one", &provenance(json!({ "sha256": sha256 })), &p256(8));
    scene.verify(&["one"], &[], 0);
    let sha512 = hex::encode(<sha2::Sha512 as sha2::Digest>::digest(b"\x7fELF server"));
    let wrong = json!({ "sha256": EMPTY, "sha512": sha512 });
    scene.sign("one", &provenance(wrong), &p256(8));
    scene.assert_rejected(&["one"], &[], "attested", &["0 of 1"]);
    scene.assert_rejected(&["one"], &[], "agreement", &["digests of two contents"]);
    let unknown = json!({ "sha256": EMPTY, "gitCommit": sha256 });
    scene.sign("one", &provenance(unknown), &p256(8));
    scene.assert_rejected(&["one"], &[], "understood", &["gitCommit", "cannot be checked"]);
}

#[test]
fn a_subject_that_occurs_twice_rejects_whichever_is_right() {
    let scene = Scene::new();
    for order in [[0, 1], [1, 0]] {
        sign_changed(&scene, |statement| {
            let right = statement["subject"][0].clone();
            let mut wrong = right.clone();
            wrong["digest"]["sha256"] = json!(EMPTY);
            let both = [right, wrong];
            statement["subject"] = json!(order.map(|index| both[index].clone()));
        });
        scene.assert_rejected(&["one"], &[], "understood", &["occurs twice"]);
    }
}

#[test]
fn an_attestation_of_another_artifact_does_not_verify_this_one() {
    let scene = Scene::new();
    for tree in ["a", "b"] {
        scene.folder.write(format!("{tree}/bin/server"), "another");
    }
    // The other artifact has the same name, and is from the same source.
    scene.sign("one", &scene.statement(1), &ed25519(1));
    scene.folder.write("a/bin/server", b"\x7fELF server");
    scene.assert_rejected(&["one"], &[], "attested", &["0 of 1"]);
}

/// A policy compares the ids of builders byte by byte. A URI has only ASCII characters.
#[test]
fn a_builder_whose_id_looks_like_that_of_another_is_another() {
    let scene = Scene::with_two_builders();
    let run = |expected_code| scene.verify_under(&policy(), &["one", "two"], &[], expected_code);
    run(0);
    for id in [
        "https://EXAMPLE.org/builders/1",
        "HTTPS://example.org/builders/1",
        "https://example.org/builders/1/",
        "https://example.org//builders/1",
        "https://example.org/builders/%31",
        "https://example.org/builders/1?",
        "https://example.org/builders/../builders/1",
    ] {
        sign_changed(&scene, |statement| {
            statement["predicate"]["runDetails"]["builder"]["id"] = json!(id);
        });
        let output = run(1);
        assert!(
            output.stdout.contains(&format!("{id}, signed by another's key")),
            "{id}: {}",
            output.stdout
        );
    }
    // These ids have a Cyrillic letter, an invisible character, a line feed, or a space.
    for id in [
        "https://ex\u{430}mple.org/builders/1",
        "https://example.org/builders/1\u{200b}",
        "https://example.org/builders/1\n",
        " https://example.org/builders/1",
    ] {
        sign_changed(&scene, |statement| {
            statement["predicate"]["runDetails"]["builder"]["id"] = json!(id);
        });
        let output = run(1);
        assert!(
            output.stdout.contains("not an absolute URI"),
            "{id:?}: {}",
            output.stdout
        );
    }
}

#[test]
fn one_key_in_two_encodings_is_one_key() {
    use p256::pkcs8::EncodePublicKey as _;
    let scene = Scene::with_two_builders();
    let key = p256::ecdsa::SigningKey::from_slice(&[2; 32]).unwrap();
    let pem = p256::PublicKey::from(key.verifying_key())
        .to_public_key_pem(p256::pkcs8::LineEnding::CRLF)
        .unwrap();
    // A compressed point leaves out the second coordinate, so the SPKI has other bytes.
    let point = key.verifying_key().to_encoded_point(true);
    let mut spki = hex::decode("3039301306072a8648ce3d020106082a8648ce3d030107032200").unwrap();
    spki.extend(point.as_bytes());
    let compressed = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n",
        &STANDARD.encode(&spki)[..64],
        &STANDARD.encode(&spki)[64..]
    );
    scene.folder.write("windows.pub", pem);
    scene.folder.write("compressed.pub", compressed);
    scene.sign("again", &scene.statement(3), &p256(2));
    let more = ["--threshold", "2", "--key", "windows.pub", "compressed.pub"];
    scene.assert_rejected(&["two", "again"], &more, "keys", &["1 for"]);
    let more = ["--key", "compressed.pub"];
    scene.verify(&["two"], &more, 0);
}

#[test]
fn key_ids_that_an_attacker_chose_make_nobody_a_signer() {
    let scene = Scene::with_two_builders();
    let trusted = ed25519(1).public().fingerprint();
    let forged = bundle_of(dsse::IN_TOTO, scene.statement(1).to_string().as_bytes(), &ed25519(9));
    for id in [trusted.as_str(), "", "../one.pub", "\u{1b}[2J"] {
        let mut envelope = forged["dsseEnvelope"].clone();
        envelope["signatures"][0]["keyid"] = json!(id);
        scene.folder.write_json("one", &envelope);
        scene.assert_rejected(&["one"], &[], "attested", &["0 of 1"]);
        let mut bundle = forged.clone();
        bundle["verificationMaterial"] = json!({
            "publicKey": { "hint": id, "rawBytes": ed25519(9).public().to_pem() },
            "certificate": { "rawBytes": "" }
        });
        scene.folder.write_json("one", &bundle);
        scene.assert_rejected(&["one"], &[], "attested", &["0 of 1"]);
    }
}

#[test]
fn signatures_that_are_missing_or_empty_or_those_of_strangers_count_for_nothing() {
    let scene = Scene::with_two_builders();
    for none in [json!([]), json!(null), json!({}), json!([null]), json!([{}])] {
        with_envelope(&scene, |envelope| envelope["signatures"] = none, 2);
    }
    with_envelope(
        &scene,
        |envelope| envelope["signatures"] = json!([{ "sig": "" }, { "sig": "" }]),
        1,
    );
    let stranger = |seed: u8| {
        let payload = scene.statement(1).to_string();
        let bundle = bundle_of(dsse::IN_TOTO, payload.as_bytes(), &ed25519(seed));
        bundle["dsseEnvelope"]["signatures"][0].clone()
    };
    let add = |envelope: &mut Value, seeds: &[u8]| {
        let signatures = envelope["signatures"].as_array_mut().unwrap();
        for seed in seeds {
            signatures.insert(0, stranger(*seed));
        }
    };
    // Beside a good signature they neither harm nor count.
    with_envelope(&scene, |envelope| add(envelope, &[8, 9]), 0);
    scene.publish("changed", &ed25519(1).public());
    scene.assert_rejected(&["changed"], &["--threshold", "2"], "keys", &["1 for"]);
    let many = vec![9; Limits::default().signatures];
    with_envelope(&scene, |envelope| add(envelope, &many), 2).assert_error(&["more than 16"]);
}

/// The signed bytes begin with the lengths of both parts, so no byte can move from one part to the other.
#[test]
fn no_byte_can_move_between_payload_and_type() {
    let scene = Scene::with_two_builders();
    let statement = scene.statement(1).to_string();
    for (from_type, from_payload) in [
        (format!("{} ", dsse::IN_TOTO), statement.clone()),
        (format!("{} {} ", dsse::IN_TOTO, statement.len()), statement.clone()),
        (String::new(), format!("{} {statement}", dsse::IN_TOTO)),
        ("x".into(), format!("{} {} {statement}", dsse::IN_TOTO, statement.len())),
    ] {
        let signed = bundle_of(&from_type, from_payload.as_bytes(), &ed25519(1));
        scene.folder.write_json("one", &signed);
        scene.assert_rejected(&["one"], &[], "attested", &["0 of 1"]);
        let mut moved = signed;
        moved["dsseEnvelope"]["payloadType"] = json!(dsse::IN_TOTO);
        moved["dsseEnvelope"]["payload"] = json!(STANDARD.encode(&statement));
        scene.folder.write_json("one", &moved);
        scene.assert_rejected(&["one"], &[], "attested", &["0 of them"]);
    }
}

#[test]
fn base64_is_read_in_either_alphabet_and_with_nothing_beside_it() {
    let scene = Scene::with_two_builders();
    let payload = scene.statement(1).to_string();
    let standard = STANDARD.encode(&payload);
    let unpadded = standard.trim_end_matches('=').to_owned();
    for (text, expected_code) in [
        (standard.clone(), 0),
        (URL_SAFE.encode(&payload), 0),
        (format!("{standard}\n"), 2),
        (format!(" {standard}"), 2),
        (
            standard
                .as_bytes()
                .chunks(64)
                .map(String::from_utf8_lossy)
                .collect::<Vec<_>>()
                .join("\n"),
            2,
        ),
        (format!("{standard}===="), 2),
        (
            format!("{standard}{standard}"),
            if unpadded == standard { 1 } else { 2 },
        ),
    ] {
        with_envelope(&scene, |envelope| envelope["payload"] = json!(text), expected_code);
    }
}

/// The build type for links has no parameters that are checked, so provenance must not use it.
#[test]
fn provenance_that_calls_itself_a_link_does_not_count_as_one() {
    let scene = Scene::new();
    sign_changed(&scene, |statement| {
        let build = &mut statement["predicate"]["buildDefinition"];
        build["buildType"] = json!("urn:samebits:in-toto-link:v0.9");
        build["externalParameters"]["sandbox"] = json!(false);
    });
    scene.assert_rejected(&["one"], &[], "understood", &["in-toto links"]);
}
