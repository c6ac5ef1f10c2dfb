//! `audit`: the checks of the documents, the files and the source, before anything is built.

use serde_json::{Value, json};

use crate::audit::{AUDIT, audit, failed, released};
use crate::fake_nix::Fake;
use crate::util::{COMMIT, EMPTY_NAR, definition};

#[test]
fn a_published_file_that_is_not_the_attested_one_is_rejected_before_anything_is_built() {
    let fake = released();
    fake.folder.write("release/bin/server", "prograM\n");
    let audit = audit(&fake, 1);
    assert_eq!(failed(&audit), ["artifact"]);
    assert_eq!(audit["status"], "rejected");
    assert!(!fake.folder.path("fake/calls").exists());
}

#[test]
fn another_source_than_the_attested_one_is_rejected_before_anything_is_built() {
    let other_hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (source, name) in [
        (
            json!({ "revision": "1".repeat(40), "narHash": EMPTY_NAR }),
            "source-revision",
        ),
        (json!({ "revision": COMMIT, "narHash": other_hash }), "source-hash"),
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
        ("/target", json!("x"), "target is x, not aarch64-unknown-linux-musl"),
        ("/sourceDateEpoch", json!(7), "sourceDateEpoch is 7, not 1785747939"),
        (
            "/resolvedDependencies/3/digest/sha256",
            json!(digest),
            "dependency ziglang",
        ),
        ("/variations/0/rebuilt", json!("/x"), "variation build-directory"),
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
    // If the attestation itself is named, other files of the folder are not checked.
    fake.run(&["audit", "release/statement.json", "--flake", "flake"], 0);
}

#[test]
fn signed_statements_are_read_without_their_signature_being_believed() {
    let fake = released();
    fake.run(&["keygen", "--out", "keys"], 0);
    let key = "keys/signing.key";
    for bundle in ["release/server.sigstore.json", "release/server.intoto.jsonl"] {
        fake.run(&["sign", "--key", key, "release/statement.json", "-o", bundle], 0);
    }
    // The same statement in three files is audited once.
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
        output.stderr.contains("Cannot find Git revision; run it again"),
        "{}",
        output.stderr
    );
}

/// There is no commit to fetch, so only the hash identifies the source.
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
        fake.run_words(arguments, 0);
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
fn a_link_that_leads_out_of_the_release_is_not_checked_and_named() {
    let fake = released();
    fake.folder.write("elsewhere/evil", "");
    fake.folder.link("release/within", "bin");
    fake.folder.link("release/server", "bin/server");
    fake.run(AUDIT, 0);
    for target in ["../elsewhere", "../elsewhere/evil", "nowhere", "link"] {
        fake.folder.link("release/link", target);
        assert_eq!(audit(&fake, 2)["unattested"], json!(["link"]), "{target}");
        fake.folder.remove("release/link");
    }
}
