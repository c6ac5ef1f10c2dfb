//! `keygen`, `sign`: keys and signatures. No changed byte of an attestation is verified.

use std::collections::BTreeSet;

use build_attestation::policy::Policy;
use build_attestation::verify::{Artifact, VerificationResult, Verifier};
use build_attestation::{Limits, dsse, envelopes};
use serde_json::json;
use untrusted_input::digest::Sha256;

use crate::builders::{Scene, ed25519, p256};
use crate::util::Folder;

#[test]
fn a_new_key_is_private_and_signs_what_its_public_half_verifies() {
    let scene = Scene::new();
    let folder = &scene.folder;
    let output = folder.shell("umask 000; exec \"$0\" keygen --out keys", 0);
    assert_eq!(folder.names("keys"), ["signing.key", "signing.pub"]);
    let modes = folder.shell("ls -l keys | cut -c1-10", 0).stdout;
    assert!(modes.ends_with("-rw-------\n-rw-r--r--\n"), "{modes}");
    assert!(
        output.stdout.starts_with("SHA256:") && output.stdout.lines().count() == 1,
        "{}",
        output.stdout
    );
    assert_eq!(output.stderr, "");

    scene.statement(1);
    folder.run_words("sign --key keys/signing.key result-1/statement.json -o bundle.json", 0);
    let arguments = "verify a/bin/server --attestation bundle.json --key keys/signing.pub";
    folder.run_words(arguments, 0);
}

#[test]
fn a_key_that_is_there_already_is_never_replaced() {
    for name in ["signing.key", "signing.pub"] {
        let folder = Folder::new();
        folder.write(format!("keys/{name}"), "old");
        folder
            .run(&["keygen", "--out", "keys"], 2)
            .assert_error(&["will not replace", name]);
        assert_eq!(folder.names("keys"), [name]);
        assert_eq!(folder.read(&format!("keys/{name}")), b"old");
    }
}

#[test]
fn signing_twice_gives_the_same_bytes_whatever_the_key() {
    let scene = Scene::new();
    scene.statement(1);
    for (name, key) in [("ed25519", ed25519(1)), ("p256", p256(1))] {
        scene.folder.write(name, key.to_pem().as_bytes());
        scene.folder.set_mode(name, 0o600);
        for out in ["one.json", "two.json", "one.intoto.jsonl", "two.intoto.jsonl"] {
            scene
                .folder
                .run(&["sign", "--key", name, "result-1/statement.json", "-o", out], 0);
        }
        let statement = scene.folder.read("result-1/statement.json");
        assert_eq!(scene.folder.read("one.json"), scene.folder.read("two.json"));
        assert_eq!(scene.folder.read("one.json"), dsse::to_bundle(&statement, &key));
        assert_eq!(
            scene.folder.read("one.intoto.jsonl"),
            scene.folder.read("two.intoto.jsonl")
        );
        assert_eq!(scene.folder.read("two.intoto.jsonl"), dsse::to_line(&statement, &key));
        assert_eq!(
            scene.folder.read_json("one.intoto.jsonl")["signatures"][0]["keyid"],
            json!(key.public().fingerprint())
        );
    }
    scene
        .folder
        .run_words("sign --key p256 result-1/statement.json -o odd --format dsse", 0);
    assert_eq!(scene.folder.read("odd"), scene.folder.read("one.intoto.jsonl"));
}

#[test]
fn only_a_valid_statement_is_signed() {
    let scene = Scene::new();
    let good = scene.statement(1);
    scene.folder.write("key", ed25519(1).to_pem().as_bytes());
    scene.folder.set_mode("key", 0o600);
    let text = good.to_string();
    let without_subjects = text.replacen(&good["subject"].to_string(), "[]", 1);
    for (statement, told) in [
        ("", "statement"),
        ("{}", "missing field"),
        ("not json", "expected"),
        (&text[..text.len() - 1], "EOF"),
        (
            &text.replacen("\"subject\"", "\"subject\":[],\"subject\"", 1),
            "occurs twice",
        ),
        (&text.replacen("Statement/v1", "Statement/v0.1", 1), "_type"),
        (
            &text.replacen("\"name\":\"bin/server\"", "\"name\":\"../server\"", 1),
            "not a name inside",
        ),
        (&without_subjects, "0 subjects"),
    ] {
        scene.folder.write("statement.json", statement);
        let arguments = ["sign", "--key", "key", "statement.json", "-o", "out"];
        scene.folder.run(&arguments, 2).assert_error(&["statement.json", told]);
    }
    assert!(!scene.folder.path("out").exists());
}

#[test]
fn a_key_that_others_can_read_or_that_is_encrypted_is_not_used() {
    let scene = Scene::new();
    scene.statement(1);
    let run = || {
        let arguments = ["sign", "--key", "key", "result-1/statement.json", "-o", "out"];
        scene.folder.run(&arguments, 2)
    };
    run().assert_error(&["cannot read", "key"]);
    let pem = ed25519(1).to_pem().to_string();
    scene.folder.write("key", &pem);
    scene.folder.set_mode("key", 0o644);
    run().assert_error(&["0644", "chmod 600"]);
    scene.folder.set_mode("key", 0o600);
    scene.folder.write("key", pem.replace("PRIVATE", "ENCRYPTED PRIVATE"));
    run().assert_error(&["ENCRYPTED", "openssl pkcs8 -in"]);
    scene.folder.write("key", ed25519(1).public().to_pem());
    run().assert_error(&["give the private key"]);
    assert!(!scene.folder.path("out").exists());
}

/// A small statement, so that a test can change each of its bytes.
fn statement() -> Vec<u8> {
    let sha256 = Sha256::of(b"bits");
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "rebuild/a", "digest": { "sha256": sha256 } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://docs.oss-rebuild.dev/builds/Rebuild@v0.1",
                "externalParameters": { "artifact": "a", "ecosystem": "e", "package": "p", "version": "v" },
                "resolvedDependencies": []
            },
            "runDetails": { "builder": { "id": "urn:a:b" } }
        }
    });
    statement.to_string().into_bytes()
}

/// A small link.
fn link() -> Vec<u8> {
    let signed = json!({
        "_type": "link", "name": "rebuild a", "materials": {}, "products": { "a": { "sha256": Sha256::of(b"bits") } },
        "environment": null, "byproducts": {}, "command": []
    });
    let signature = hex::encode(ed25519(1).sign(signed.to_string().as_bytes()));
    let link = json!({ "signatures": [{ "keyid": "hint", "sig": signature }], "signed": signed });
    link.to_string().into_bytes()
}

/// An attestation in each format, and the part of it that is only a hint at the key: the name of the field, and the end
/// of its value.
fn attestations() -> [(Vec<u8>, &'static str, &'static str); 3] {
    [
        (
            dsse::to_bundle(&statement(), &ed25519(1)),
            "\"verificationMaterial\"",
            "}}",
        ),
        (dsse::to_line(&statement(), &ed25519(1)), "\"keyid\"", ","),
        (link(), "\"keyid\"", ","),
    ]
}

/// The artifact that the attestations are about.
fn artifact() -> Artifact {
    let folder = Folder::new();
    folder.write("a", "bits");
    Artifact::read(&folder.path("a"), &BTreeSet::new()).unwrap()
}

fn verifies(artifact: &Artifact, attestation: &[u8]) -> bool {
    let Ok(signed) = envelopes::parse("attestation", attestation, &Limits::default()) else {
        return false;
    };
    let policy = Policy::of_keys(vec![ed25519(1).public()]);
    let mut verifier = Verifier::new(policy, None).unwrap();
    verifier.add(&signed);
    let verification = verifier.decide(vec![artifact.clone()]).unwrap();
    verification.verdict() == VerificationResult::Verified
}

#[test]
fn no_change_of_a_byte_verifies_unless_that_byte_is_only_a_hint() {
    let artifact = artifact();
    for (attestation, hint, end) in attestations() {
        assert!(verifies(&artifact, &attestation));
        let text = std::str::from_utf8(&attestation).unwrap();
        let start = text.find(hint).unwrap();
        let hint = start..start + text[start..].find(end).unwrap();
        let mut still_verify = 0;
        for at in 0..attestation.len() {
            let mut changed = attestation.clone();
            // Half of the changes only change the case of a letter.
            changed[at] ^= if at % 2 == 0 { 1 } else { 0x20 };
            let verified = verifies(&artifact, &changed);
            let changed = String::from_utf8_lossy(&changed);
            assert!(!verified || hint.contains(&at), "byte {at}: {changed:?}");
            still_verify += usize::from(verified);
        }
        assert!(still_verify > 0, "{hint:?} is not ignored, so the exception can go");
    }
}

#[test]
fn no_part_of_an_attestation_verifies_but_the_whole() {
    let artifact = artifact();
    for (attestation, ..) in attestations() {
        let whole = attestation.trim_ascii_end();
        for length in 0..whole.len() {
            assert!(!verifies(&artifact, &whole[..length]), "{length} bytes");
            assert!(
                length == 0 || !verifies(&artifact, &whole[length..]),
                "from byte {length}"
            );
        }
        assert!(verifies(&artifact, whole));
    }
}
