//! The outputs of a verification: text, `verification.json`, summaries.

use serde_json::Value;
use untrusted_input::terminal::Colors;

use super::document::describe;
use super::summary::{Issuer, SVR_TYPE, VSA_TYPE};
use super::text::{complaint, requirements, verification};
use super::*;

fn requirement(name: &'static str, check: Check) -> Requirement {
    Requirement {
        name,
        required: format!("more {name}"),
        found: format!("some {name}"),
        check,
    }
}

fn checked(name: &str, requirements: &[Requirement]) -> CheckedArtifact {
    CheckedArtifact {
        artifact: Artifact {
            name: name.into(),
            ..artifact()
        },
        requirements: requirements.to_vec(),
    }
}

fn passed(name: &str) -> CheckedArtifact {
    checked(name, &[requirement("keys", Check::Passed)])
}

fn rejected(name: &str) -> CheckedArtifact {
    checked(
        name,
        &[
            requirement("attested", Check::Passed),
            requirement("product", Check::NotChecked),
            requirement("keys", Check::Failed),
            requirement("builders", Check::Failed),
        ],
    )
}

/// Every outcome, with its name and reason.
fn outcomes() -> Vec<(Outcome, &'static str, Option<&'static str>)> {
    let claim = |unmet: &[&'static str]| {
        Outcome::Claim(Box::new(SignedClaim {
            unmet: unmet.to_vec(),
            ..accepted()
        }))
    };
    vec![
        (claim(&[]), "accepted", None),
        (
            claim(&["platform", "variations"]),
            "not-accepted",
            Some("the policy does not allow its platform, variations"),
        ),
        (Outcome::NotTrusted("not known"), "not-trusted", Some("not known")),
        (Outcome::Other("about tests".into()), "ignored", Some("about tests")),
        (Outcome::Unusable("no type".into()), "unusable", Some("no type")),
    ]
}

fn of(artifacts: Vec<CheckedArtifact>) -> Verification {
    Verification {
        policy: Policy::of_keys(vec![public(1)]),
        artifacts,
        attestations: vec![attestation(accepted())],
    }
}

#[test]
fn an_outcome_is_a_word_and_a_reason() {
    for (outcome, word, why) in outcomes() {
        let (found, reason) = describe(&outcome);
        assert_eq!((found, reason.as_deref()), (word, why));
    }
}

#[test]
fn people_read_each_requirement_and_what_is_required_of_those_that_failed() {
    assert_eq!(
        requirements(&rejected("a").requirements),
        "  passed       attested         some attested
  not checked  product          some product
  failed       keys             some keys
                 required:      more keys
  failed       builders         some builders
                 required:      more builders
"
    );
}

#[test]
fn people_read_the_verdicts_and_what_became_of_each_attestation() {
    let mut found = of(vec![passed("a"), rejected("b")]);
    found.attestations = outcomes()
        .into_iter()
        .map(|(outcome, ..)| CheckedAttestation {
            outcome,
            ..attestation(accepted())
        })
        .collect();
    found.attestations[2].signers.clear();
    let key = public(1).fingerprint();
    let requirements = requirements(&rejected("b").requirements);
    let expected = |good: &str, bad: &str| {
        format!(
            "{good}: a
  passed       keys             some keys

{bad}: b
{requirements}
accepted       one:1
  signed by    {key}
not-accepted   one:1
  signed by    {key}
  because      the policy does not allow its platform, variations
not-trusted    one:1
  because      not known
ignored        one:1
  signed by    {key}
  because      about tests
unusable       one:1
  signed by    {key}
  because      no type
"
        )
    };
    assert_eq!(verification(&found, Colors(false)), expected("verified", "rejected"));
    assert_eq!(
        verification(&found, Colors(true)),
        expected("\x1b[1;32mverified\x1b[0m", "\x1b[1;31mrejected\x1b[0m")
    );
}

#[test]
fn the_complaint_is_about_the_first_requirement_that_failed() {
    assert_eq!(complaint(&of(vec![passed("a")])), None);
    let unchecked = checked("a", &[requirement("keys", Check::NotChecked)]);
    assert_eq!(complaint(&of(vec![unchecked])), None);
    assert_eq!(
        complaint(&of(vec![passed("a"), rejected("b"), rejected("c")])).as_deref(),
        Some(
            "rejected \"b\": keys: required is more keys, found was some keys; \
             do not use it until enough builders whose keys you trust agree"
        )
    );
}

#[test]
fn the_document_holds_the_policy_and_everything_that_was_found() {
    let mut found = of(vec![passed("a"), rejected("b")]);
    found.attestations.push(CheckedAttestation {
        signers: Vec::new(),
        outcome: Outcome::NotTrusted("not known"),
        ..attestation(accepted())
    });
    let json = found.to_json();
    assert!(json.ends_with(b"}\n"));
    let document: Value = serde_json::from_slice(&json).unwrap();
    let policy: Value = serde_json::from_slice(&found.policy.to_json()).unwrap();
    let empty = json!({ "sha256": Sha256::of(b"") });
    let one = |name: &str, status: &str| json!({ "name": name, "required": format!("more {name}"), "found": format!("some {name}"), "status": status });
    let artifact = |name: &str, verdict: &str, requirements: Value| {
        json!({
            "name": name,
            "size_bytes": 4,
            "digest": { "sha256": Sha256::of(BITS.as_bytes()) },
            "verdict": verdict,
            "requirements": requirements,
        })
    };
    let rejected = json!([
        one("attested", "passed"),
        one("product", "not-checked"),
        one("keys", "failed"),
        one("builders", "failed"),
    ]);
    assert_eq!(
        document,
        json!({
            "schema_version": 1,
            "verdict": "rejected",
            "policy": policy,
            "policy_digest": { "sha256": found.policy.sha256() },
            "artifacts": [
                artifact("a", "verified", json!([one("keys", "passed")])),
                artifact("b", "rejected", rejected),
            ],
            "attestations": [
                {
                    "file": "one",
                    "line": 1,
                    "digest": empty,
                    "signed_by": [public(1).fingerprint()],
                    "outcome": "accepted",
                    "build_type": "urn:samebits:nix-rebuild:v2",
                    "builder": "https://example.org/builders/1",
                    "why": null,
                },
                {
                    "file": "one",
                    "line": 1,
                    "digest": empty,
                    "signed_by": [],
                    "outcome": "not-trusted",
                    "build_type": null,
                    "builder": null,
                    "why": "not known",
                },
            ],
        })
    );
}

fn issuer(resource_uri: Option<&str>) -> Issuer {
    Issuer {
        verifier_id: builder(9),
        version: "1.2.3".into(),
        time: Timestamp::parse("2026-01-02T03:04:05Z").unwrap(),
        resource_uri: resource_uri.map(|uri| AbsoluteUri::try_from(uri.to_owned()).unwrap()),
    }
}

/// The RFC 6920 URI of a digest.
fn named(sha256: Sha256) -> String {
    use base64::Engine as _;
    let digest = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha256.as_bytes());
    format!("ni:///sha-256;{digest}")
}

fn parsed(summary: Result<Vec<u8>, String>) -> Value {
    serde_json::from_slice(&summary.unwrap()).unwrap()
}

#[test]
fn a_result_lists_what_holds_and_there_is_none_of_what_was_rejected() {
    let verified = of(vec![passed("a")]);
    let policy = verified.policy.sha256();
    let svr = verified.svr(&issuer(None)).map(Option::unwrap);
    assert_eq!(
        parsed(svr),
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "name": "a", "digest": { "sha256": Sha256::of(BITS.as_bytes()) } }],
            "predicateType": SVR_TYPE,
            "predicate": {
                "verifier": {
                    "id": builder(9),
                    "policies": [{ "uri": named(policy), "digest": { "sha256": policy } }],
                },
                "timeCreated": "2026-01-02T03:04:05Z",
                "properties": ["SAMEBITS_REBUILT_BY_1", "SLSA_BUILD_LEVEL_1"],
            },
        })
    );
    let rejected = of(vec![passed("a"), rejected("b")]);
    assert_eq!(rejected.svr(&issuer(None)), Ok(None));
}

#[test]
fn a_summary_says_passed_or_failed_of_what_and_by_which_attestations() {
    let bits = Sha256::of(BITS.as_bytes());
    for (artifacts, resource, uri, result, levels) in [
        (
            vec![passed("a")],
            None,
            named(bits),
            "PASSED",
            json!(["SAMEBITS_REBUILT_BY_1", "SLSA_BUILD_LEVEL_1"]),
        ),
        (
            vec![passed("a"), rejected("b")],
            Some("pkg:a/b@1"),
            "pkg:a/b@1".into(),
            "FAILED",
            json!(["FAILED"]),
        ),
    ] {
        let mut found = of(artifacts);
        found.attestations.push(attestation(accepted()));
        let policy = found.policy.sha256();
        let names = found.artifacts.iter().map(|one| &one.artifact.name);
        let subjects: Vec<_> = names
            .map(|name| json!({ "name": name, "digest": { "sha256": bits } }))
            .collect();
        assert_eq!(
            parsed(found.vsa(&issuer(resource))),
            json!({
                "_type": "https://in-toto.io/Statement/v1",
                "subject": subjects,
                "predicateType": VSA_TYPE,
                "predicate": {
                    "verifier": { "id": builder(9), "version": { "rebuild-verifier": "1.2.3" } },
                    "timeVerified": "2026-01-02T03:04:05Z",
                    "resourceUri": uri,
                    "policy": { "uri": named(policy), "digest": { "sha256": policy } },
                    "inputAttestations": [{ "digest": { "sha256": Sha256::of(b"") } }],
                    "verificationResult": result,
                    "verifiedLevels": levels,
                    "slsaVersion": "1.0",
                },
            })
        );
    }
}

#[test]
fn a_link_is_no_provenance_and_gives_no_build_level() {
    let mut link = accepted();
    link.claim.build_type = LINK_BUILD_TYPE.into();
    let mut found = of(vec![passed("a")]);
    found.attestations.push(attestation(link));
    let svr = found.svr(&issuer(None)).map(Option::unwrap);
    assert_eq!(parsed(svr)["predicate"]["properties"], json!(["SAMEBITS_REBUILT_BY_1"]));
}

#[test]
fn artifacts_that_cannot_be_the_subjects_of_one_statement_are_refused() {
    use crate::intoto::MAX_SUBJECTS;
    let many = |count| (0..count).map(|number| passed(&number.to_string())).collect();
    let mut other = passed("a");
    other.artifact.digests = Digests::of(b"other");
    for (artifacts, expected) in [
        (
            vec![passed("a"), other],
            "two artifacts are called \"a\"; verify them one by one",
        ),
        (vec![passed("../a")], "subject \"../a\" is not a name inside a folder"),
        (
            many(MAX_SUBJECTS + 1),
            "there are more than 1024 artifacts; verify fewer at once",
        ),
    ] {
        let found = of(artifacts);
        assert_eq!(found.svr(&issuer(None)), Err(expected.into()));
        assert_eq!(found.vsa(&issuer(Some("a:1"))), Err(expected.into()));
    }
    let subjects = |artifacts| {
        let summary = parsed(of(artifacts).vsa(&issuer(Some("a:1"))));
        summary["subject"].as_array().unwrap().len()
    };
    assert_eq!(subjects(many(MAX_SUBJECTS)), MAX_SUBJECTS);
    // The same file twice is one subject.
    assert_eq!(subjects(vec![passed("a"), passed("a")]), 1);
    let several = of(vec![passed("a"), passed("b")]).vsa(&issuer(None));
    assert_eq!(
        several,
        Err("several artifacts have no URI of their own; give --resource-uri".into())
    );
}
