//! Decisions from claims and signatures.

mod requirements;
mod written;

use std::collections::BTreeMap;

use serde_json::json;
use untrusted_input::digest::Sha256;

use super::agreement::disagreements;
use super::count::count;
use super::*;
use crate::claim::{ClaimedSource, LINK_BUILD_TYPE, Output, Product};
use crate::dsse::{pre_authentication_encoding, to_line};
use crate::keys::{PrivateKey, PublicKey};
use crate::policy::Allowed;
use crate::shared_inputs::InputKind;
use crate::{Limits, envelopes};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const BITS: &str = "bits";

fn key(seed: u8) -> PrivateKey {
    PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
}

fn public(seed: u8) -> PublicKey {
    key(seed).public()
}

fn artifact() -> Artifact {
    Artifact {
        name: "renamed".into(),
        size_bytes: BITS.len() as u64,
        digests: Digests::of(BITS.as_bytes()),
    }
}

fn builder(number: u8) -> AbsoluteUri {
    AbsoluteUri::try_from(format!("https://example.org/builders/{number}")).unwrap()
}

fn flake(attribute: &str) -> Product {
    Product::Flake {
        attribute: attribute.into(),
        platform: "p".into(),
        source: ClaimedSource {
            revision: Some(COMMIT.into()),
            nar_hash: Some("n".into()),
        },
    }
}

fn package(name: &str) -> Product {
    Product::Package {
        ecosystem: "e".into(),
        package: name.into(),
        version: "1".into(),
        artifact: "server".into(),
    }
}

fn file(name: &str) -> Product {
    Product::File {
        name: name.into(),
        materials: BTreeMap::new(),
    }
}

/// A claim of a builder with its own key, with the names and contents of its outputs.
fn got(number: u8, product: &Product, outputs: &[(&str, &str)]) -> SignedClaim {
    let output = |(name, content): &(&str, &str)| Output {
        name: (*name).into(),
        digests: Digests::from(Sha256::of(content.as_bytes())),
    };
    SignedClaim {
        claim: Claim {
            build_type: crate::statement::BUILD_TYPE.into(),
            builder: Some(builder(number)),
            product: product.clone(),
            outputs: outputs.iter().map(output).collect(),
            source: ClaimedSource {
                revision: Some(COMMIT.into()),
                nar_hash: Some("n".into()),
            },
            platform: Some("p".into()),
            variations: BTreeSet::from(["clock".into()]),
            shared_inputs: Some(BTreeSet::from([InputKind::Compiler, InputKind::Tools])),
        },
        builder: Some(builder(number)),
        keys: vec![public(number).fingerprint()],
        unmet: Vec::new(),
    }
}

/// A claim that meets every policy of these tests.
fn accepted() -> SignedClaim {
    got(1, &flake("a"), &[("s", BITS)])
}

fn attestation(signed: SignedClaim) -> CheckedAttestation {
    CheckedAttestation {
        origin: Origin {
            file: "one".into(),
            sha256: Sha256::of(b""),
            line: 1,
        },
        signers: vec![public(1).fingerprint()],
        outcome: Outcome::Claim(Box::new(signed)),
    }
}

#[test]
fn a_builder_that_got_other_bits_is_found_by_product_and_role() {
    let with_bits = |product: &Product, name| got(1, product, &[(name, BITS)]);
    for (agreeing, claim, expected) in [
        // The same product.
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &flake("a"), &[("bin/s", "x")]),
            "bin/s with sha256",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &flake("a"), &[("bin/t", "x")]),
            "no bin/s",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &flake("a"), &[("bin/t", BITS)]),
            "",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &flake("a"), &[("bin/s", "x"), ("bin/t", BITS)]),
            "bin/s with sha256",
        ),
        (
            vec![with_bits(&file("s"), "s")],
            got(2, &file("s"), &[("s", "x")]),
            "s with sha256",
        ),
        // A different product of the same kind.
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &flake("b"), &[("bin/s", "x")]),
            "",
        ),
        (
            vec![with_bits(&package("a"), "s")],
            got(2, &package("b"), &[("s", "x")]),
            "",
        ),
        // It is unknown whether the products are the same.
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &file("s"), &[("s", "x")]),
            "s with sha256",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &file("t"), &[("t", "x")]),
            "",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s")],
            got(2, &file("renamed"), &[("renamed", "x")]),
            "renamed with",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s"), with_bits(&package("b"), "t")],
            got(2, &package("c"), &[("s", "x")]),
            "s with sha256",
        ),
        (
            vec![with_bits(&flake("a"), "bin/s"), with_bits(&package("b"), "t")],
            got(2, &package("c"), &[("t", "x")]),
            "",
        ),
    ] {
        let about = claim.claim.clone();
        let attestations: Vec<_> = agreeing.into_iter().chain([claim]).map(attestation).collect();
        let found = disagreements(&artifact(), &attestations).join(" ");
        assert_eq!(found.is_empty(), expected.is_empty(), "{about:?}: {found}");
        assert!(found.contains(expected), "{about:?}: {found}");
        assert!(found.is_empty() || found.contains("builders/2"), "{found}");
    }
}

#[test]
fn digests_of_two_contents_speak_against_the_artifact_whatever_they_are_about() {
    let mut claim = got(1, &flake("a"), &[("elsewhere", BITS)]);
    let mut other = artifact();
    other.digests = Digests::of(b"other");
    claim.claim.outputs[0].digests = {
        let set = |name: &str, value: String| (name.to_owned(), value);
        let sha512 = hex::encode(<sha2::Sha512 as sha2::Digest>::digest("other"));
        let sha256 = Sha256::of(BITS.as_bytes()).to_string();
        Digests::from_set(&[set("sha256", sha256), set("sha512", sha512)].into()).unwrap()
    };
    assert_eq!(claim.names_of(&artifact()).count(), 0);
    claim.builder = None;
    let attestations = [attestation(claim)];
    for artifact in [artifact(), other] {
        let found = disagreements(&artifact, &attestations).join(" ");
        assert!(found.contains("two contents") && found.contains("SHA256:"), "{found}");
    }
}

#[test]
fn whoever_shares_a_key_or_a_name_is_one_party() {
    let with = |keys: &[u8], number| SignedClaim {
        keys: keys.iter().map(|seed| public(*seed).fingerprint()).collect(),
        ..got(number, &flake("a"), &[("s", BITS)])
    };
    let unnamed = |seed| SignedClaim {
        builder: None,
        ..with(&[seed], seed)
    };
    for (claims, expected) in [
        (vec![], (0, 0, 0)),
        (vec![with(&[1], 1)], (1, 1, 1)),
        (vec![with(&[1], 1), with(&[1], 1)], (1, 1, 1)),
        (vec![with(&[1], 1), with(&[2], 2)], (2, 2, 2)),
        (vec![with(&[1], 1), with(&[1], 2)], (1, 1, 2)),
        (vec![with(&[1], 1), with(&[2], 1)], (1, 2, 1)),
        (vec![with(&[1], 1), with(&[2], 2), with(&[1, 2], 3)], (1, 2, 3)),
        (vec![with(&[1], 1), with(&[2], 2), with(&[2], 1)], (1, 2, 2)),
        (vec![unnamed(1), unnamed(2)], (2, 2, 2)),
        (vec![unnamed(1), unnamed(1)], (1, 1, 1)),
        (vec![unnamed(1), with(&[1], 1)], (1, 1, 2)),
    ] {
        // A claim that connects two others may come before or after them.
        let backwards = claims.iter().rev().collect();
        for claims in [claims.iter().collect::<Vec<_>>(), backwards] {
            let (count, _) = count(claims.iter().copied());
            let found = (count.independent, count.keys, count.builders);
            assert_eq!(found, expected, "{claims:?}");
        }
    }
}

#[test]
fn claims_about_two_builds_do_not_add_up() {
    let claims = [
        got(1, &flake("a"), &[("s", BITS)]),
        got(2, &flake("b"), &[("s", BITS)]),
        got(3, &flake("b"), &[("s", BITS)]),
    ];
    let (count, product) = count(&claims);
    assert_eq!((count.independent, product), (2, Some(&flake("b"))));
}

#[test]
fn nothing_checked_is_nothing_verified() {
    let checked = |checks: &[Check]| CheckedArtifact {
        artifact: artifact(),
        requirements: checks
            .iter()
            .map(|check| Requirement {
                name: "n",
                required: String::new(),
                found: String::new(),
                check: *check,
            })
            .collect(),
    };
    let verification = |artifacts| Verification {
        policy: Policy::of_keys(vec![public(1)]),
        artifacts,
        attestations: Vec::new(),
    };
    let (passed, failed) = (checked(&[Check::Passed]), checked(&[Check::Passed, Check::Failed]));
    for (artifacts, verdict) in [
        (vec![], VerificationResult::Rejected),
        (vec![checked(&[])], VerificationResult::Rejected),
        (vec![checked(&[Check::NotChecked])], VerificationResult::Rejected),
        (vec![passed.clone()], VerificationResult::Verified),
        (vec![passed.clone(), failed.clone()], VerificationResult::Rejected),
        (vec![failed, passed], VerificationResult::Rejected),
    ] {
        assert_eq!(verification(artifacts).verdict(), verdict);
    }
    assert_eq!(Check::default(), Check::NotChecked);
}

#[test]
fn without_trust_or_anything_to_decide_there_is_an_error() {
    let policy = Policy::of_keys(vec![public(1)]);
    let error = |policy, now| Verifier::new(policy, now).unwrap_err().to_string();
    assert!(error(Policy::of_keys(Vec::new()), None).contains("--key"));
    let nothing = Policy {
        threshold: 0,
        ..policy.clone()
    };
    assert!(error(nothing, None).contains("--threshold"));
    let mut ending = policy.clone();
    ending.keys[0].not_after = Some(Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
    assert!(error(ending.clone(), None).contains("--time"));
    assert!(Verifier::new(ending, Timestamp::parse("2025-01-01T00:00:00Z").ok()).is_ok());
    let verifier = || Verifier::new(policy.clone(), None).unwrap();
    let error = verifier().decide(vec![artifact()]).unwrap_err();
    assert!(error.to_string().contains("--attestation"));
    let mut with_attestation = verifier();
    with_attestation.add(&envelopes::parse("f", &to_line(b"{}", &key(1)), &Limits::default()).unwrap());
    let error = with_attestation.decide(Vec::new()).unwrap_err();
    assert!(error.to_string().contains("ARTIFACT"));
}

#[test]
fn what_an_attestation_is_good_for_depends_on_who_signed_it() {
    let link = json!({
        "_type": "link", "byproducts": {}, "command": [], "environment": null, "materials": {},
        "name": "rebuild s", "products": { "s": { "sha256": Sha256::of(BITS.as_bytes()), "sha512": "0".repeat(128) } }
    })
    .to_string();
    let signature = hex::encode(key(1).sign(link.as_bytes()));
    let link = format!("{{\"signatures\":[{{\"sig\":\"{signature}\"}}],\"signed\":{link}}}\n");
    let text = {
        use base64::Engine as _;
        let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let signature = encode(&key(1).sign(&pre_authentication_encoding("text", b"x")));
        format!(
            "{{\"payload\":\"{}\",\"payloadType\":\"text\",\"signatures\":[{{\"sig\":\"{signature}\"}}]}}\n",
            encode(b"x")
        )
    };
    let all = [
        &to_line(b"[", &key(1))[..],
        &to_line(b"[", &key(2)),
        link.as_bytes(),
        text.as_bytes(),
    ]
    .concat();
    let signed = envelopes::parse("f", &all, &Limits::default()).unwrap();
    let outcomes = |policy: Policy, now: &str| {
        let mut verifier = Verifier::new(policy, Timestamp::parse(now).ok()).unwrap();
        verifier.add(&signed);
        let algorithms: Vec<_> = verifier.algorithms().into_iter().collect();
        let attestations = verifier.attestations.iter();
        let outcomes: Vec<_> = attestations
            .map(|attestation| (document::describe(&attestation.outcome).0, attestation.signers.len()))
            .collect();
        (outcomes, algorithms)
    };
    let policy = Policy::of_keys(vec![public(1), public(3)]);
    assert!(policy.build_types.contains(LINK_BUILD_TYPE));
    let (found, algorithms) = outcomes(policy.clone(), "");
    assert_eq!(
        found,
        [("unusable", 1), ("not-trusted", 0), ("accepted", 1), ("ignored", 1)]
    );
    assert_eq!(algorithms, ["sha512"]);
    let mut ended = policy;
    for key in &mut ended.keys {
        key.not_after = Some(Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
    }
    let (found, algorithms) = outcomes(ended, "2026-01-01T00:00:00Z");
    assert_eq!(found, [("not-trusted", 0); 4]);
    assert_eq!(algorithms, [""; 0]);
}

#[test]
fn a_link_is_of_the_only_builder_that_its_key_may_speak_for() {
    let mut policy = Policy::of_keys(vec![public(1)]);
    let mut claim = got(1, &file("s"), &[("s", BITS)]).claim;
    claim.builder = None;
    let of = |claim: &Claim, policy: &Policy| {
        let found = SignedClaim::new(claim.clone(), &[&policy.keys[0]], policy);
        (found.builder, found.keys.len())
    };
    assert_eq!(of(&claim, &policy), (None, 1));
    policy.keys[0].builders = Allowed::one(builder(5));
    assert_eq!(of(&claim, &policy), (Some(builder(5)), 1));
    // If the claim names another builder, this key may not sign for it.
    claim.builder = Some(builder(1));
    assert_eq!(of(&claim, &policy), (Some(builder(1)), 0));
}

#[test]
fn an_artifact_is_a_file_by_the_name_that_it_was_given_by() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("file"), BITS).unwrap();
    std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
    let algorithms = BTreeSet::from(["sha512"]);
    for name in ["file", "link"] {
        let artifact = Artifact::read(&path(name), &algorithms).unwrap();
        let sha256 = Sha256::of(BITS.as_bytes());
        assert_eq!((artifact.name.as_str(), artifact.size_bytes), (name, 4));
        assert_eq!(artifact.digests.sha256, sha256);
        assert_eq!(artifact.digests.others().collect::<Vec<_>>(), ["sha512"]);
    }
    std::fs::create_dir(path("folder")).unwrap();
    std::fs::write(path("folder/file"), BITS).unwrap();
    let error = Artifact::read(&path("folder"), &algorithms).unwrap_err();
    let expected = "it is a folder; name the files in it";
    assert!(error.to_string().ends_with(expected), "{error}");
}
