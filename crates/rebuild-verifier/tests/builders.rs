//! Builders with keys, and the attestations that they sign. The tests of `sign` and `verify` begin with them.

use build_attestation::dsse;
use build_attestation::keys::{PrivateKey, PublicKey};
use serde_json::{Value, json};

use crate::util::{COMMIT, Folder, Output, definition};

/// An Ed25519 key that is the same in every run.
pub(crate) fn ed25519(seed: u8) -> PrivateKey {
    PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
}

/// An ECDSA key that is the same in every run.
pub(crate) fn p256(seed: u8) -> PrivateKey {
    PrivateKey::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
}

/// The id of a builder.
pub(crate) fn builder(number: u8) -> String {
    format!("https://example.org/builders/{number}")
}

/// A folder with an artifact `a/bin/server`, and statements about it.
pub(crate) struct Scene {
    pub(crate) folder: Folder,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            folder: Folder::with_identical_trees(),
        }
    }

    /// The statement of builder `number` about `a` and `b`.
    pub(crate) fn statement(&self, number: u8) -> Value {
        self.statement_of(number, &definition())
    }

    /// The statement of builder `number` about `a` and `b`, with this definition.
    pub(crate) fn statement_of(&self, number: u8, definition: &Value) -> Value {
        let out = format!("result-{number}");
        if self.folder.path(&out).exists() {
            std::fs::remove_dir_all(self.folder.path(&out)).unwrap();
        }
        self.folder.write_json("definition.json", definition);
        self.folder.attest_as(&builder(number), &out, 0);
        self.folder.read_json(&format!("{out}/statement.json"))
    }

    /// Signs any document. Writes a sigstore bundle to `name`, and the public key to `name.pub`.
    pub(crate) fn sign(&self, name: &str, statement: &Value, key: &PrivateKey) {
        let bundle = dsse::to_bundle(statement.to_string().as_bytes(), key);
        self.folder.write(name, bundle);
        self.publish(name, &key.public());
    }

    /// Writes a public key to `name.pub`.
    pub(crate) fn publish(&self, name: &str, key: &PublicKey) {
        self.folder.write(format!("{name}.pub"), key.to_pem());
    }

    /// Builders 1 and 2 each sign a statement, with keys of their own, as `one` and `two`.
    pub(crate) fn with_two_builders() -> Self {
        let scene = Self::new();
        scene.sign("one", &scene.statement(1), &ed25519(1));
        scene.sign("two", &scene.statement(2), &p256(2));
        scene
    }

    /// Verifies `a/bin/server` with these attestations and their keys.
    pub(crate) fn verify(&self, names: &[&str], more: &[&str], expected_code: i32) -> Output {
        self.verify_files(&["a/bin/server"], names, more, expected_code)
    }

    /// Verifies any artifacts with these attestations and their keys.
    pub(crate) fn verify_files(&self, artifacts: &[&str], names: &[&str], more: &[&str], expected_code: i32) -> Output {
        let keys: Vec<_> = names.iter().map(|name| format!("{name}.pub")).collect();
        let mut arguments = vec!["verify"];
        arguments.extend(artifacts);
        arguments.push("--attestation");
        arguments.extend(names);
        arguments.push("--key");
        arguments.extend(keys.iter().map(String::as_str));
        arguments.extend(more);
        self.folder.run(&arguments, expected_code)
    }

    /// Verifies `a/bin/server` with these attestations under a policy, which it writes to `policy.toml`.
    pub(crate) fn verify_under(&self, policy: &str, names: &[&str], more: &[&str], expected_code: i32) -> Output {
        self.folder.write("policy.toml", policy);
        let artifact = ["verify", "a/bin/server", "--attestation"];
        let arguments = [&artifact[..], names, &["--policy", "policy.toml"], more].concat();
        self.folder.run(&arguments, expected_code)
    }

    /// Asserts that this requirement rejects `a/bin/server`, and that its finding has these words.
    pub(crate) fn assert_rejected(&self, names: &[&str], more: &[&str], requirement: &str, words: &[&str]) {
        let output = self.verify(names, more, 1);
        assert!(
            output.stderr.starts_with("rebuild-verifier: rejected"),
            "{}",
            output.stderr
        );
        let failed = output
            .stdout
            .lines()
            .find(|line| line.starts_with("  failed") && line.split_whitespace().nth(1) == Some(requirement));
        let failed = failed.unwrap_or_else(|| panic!("{requirement} did not fail in\n{}", output.stdout));
        for word in words {
            assert!(failed.contains(word), "{word:?} is not in {failed}");
        }
        assert!(output.stdout.starts_with("rejected: server\n"), "{}", output.stdout);
    }
}

/// A policy that trusts builders 1 and 2 with the keys of [`Scene::with_two_builders`], and requires both.
pub(crate) fn policy() -> String {
    format!(
        r#"version = 1
threshold = 2
build-types = ["urn:samebits:nix-rebuild:v2"]
products = ["server-aarch64-linux"]
platforms = ["aarch64-linux"]
variations = ["build-directory", "locale"]
shared-inputs = "any"

[source]
revision = ["{COMMIT}"]

[[builder]]
id = "{}"
keys = [{{ file = "one.pub" }}]

[[builder]]
id = "{}"
keys = [{{ file = "two.pub" }}]
"#,
        builder(1),
        builder(2)
    )
}

/// A bundle around any payload of any type, signed by `key`.
pub(crate) fn bundle_of(payload_type: &str, payload: &[u8], key: &PrivateKey) -> Value {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let signature = key.sign(&dsse::pre_authentication_encoding(payload_type, payload));
    json!({
        "mediaType": dsse::BUNDLE,
        "verificationMaterial": { "publicKey": { "hint": "any" } },
        "dsseEnvelope": {
            "payload": encode(payload),
            "payloadType": payload_type,
            "signatures": [{ "sig": encode(&signature) }]
        }
    })
}

/// A link about a file, as rebuilderd writes it.
pub(crate) fn link(file: &str, sha256: &Value, key: &PrivateKey) -> Value {
    let products = json!({ file: { "sha256": sha256 } });
    link_of(&format!("rebuild {file}"), &json!({}), &products, key)
}

/// A link with any name, materials and products.
pub(crate) fn link_of(name: &str, materials: &Value, products: &Value, key: &PrivateKey) -> Value {
    signed_link(
        &json!({
            "_type": "link", "name": name, "materials": materials, "products": products,
            "environment": null, "byproducts": {}, "command": []
        }),
        key,
    )
}

/// Signs any document as a link.
pub(crate) fn signed_link(signed: &Value, key: &PrivateKey) -> Value {
    // Canonical JSON has no white space, and its keys are sorted.
    let signature = key.sign(signed.to_string().as_bytes());
    json!({ "signatures": [{ "keyid": "", "sig": hex::encode(signature) }], "signed": signed })
}

/// A statement of oss-rebuild as builder `number`: a version of a package gave a file `server`.
pub(crate) fn rebuild_of(number: u8, package: &str, version: &str, sha256: &Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "rebuild/server", "digest": { "sha256": sha256 } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://docs.oss-rebuild.dev/builds/Rebuild@v0.1",
                "externalParameters": { "ecosystem": "pypi", "package": package, "version": version, "artifact": "server" },
                "resolvedDependencies": []
            },
            "runDetails": { "builder": { "id": builder(number) } }
        }
    })
}

/// A statement of oss-rebuild as builder 8: a file `server` with `sha256` is equivalent to a rebuild with `rebuilt`.
pub(crate) fn oss_rebuild(sha256: &Value, rebuilt: &Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "server", "digest": { "sha256": sha256 } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1",
                "externalParameters": { "candidate": "rebuild/server", "target": "https://example.org/server" },
                "resolvedDependencies": [
                    { "name": "rebuild/server", "digest": { "sha256": rebuilt } },
                    { "name": "https://example.org/server", "digest": { "sha256": sha256 } }
                ]
            },
            "runDetails": { "builder": { "id": builder(8) } }
        }
    })
}
