//! Writes `verification.json`: all requirements and results, for programs.

use serde::Serialize;
use serde_json::Value;
use untrusted_input::json;

use super::{CheckedArtifact, CheckedAttestation, Outcome, Verification, VerificationResult};
use crate::digest_set::OnlySha256;
use crate::keys::Fingerprint;
use crate::policy::Policy;
use crate::uri::AbsoluteUri;

/// The version of `verification.json`.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct VerificationDocument<'a> {
    schema_version: u32,
    verdict: VerificationResult,
    policy: &'a Policy,
    policy_digest: OnlySha256,
    artifacts: Vec<Value>,
    attestations: Vec<Attestation<'a>>,
}

#[derive(Serialize)]
struct Attestation<'a> {
    file: &'a str,
    line: usize,
    digest: OnlySha256,
    signed_by: &'a [Fingerprint],
    outcome: &'static str,
    build_type: Option<&'a str>,
    builder: Option<&'a str>,
    why: Option<String>,
}

impl Verification {
    /// Writes `verification.json`, with a line feed at the end. The same result always gives the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(&VerificationDocument {
            schema_version: SCHEMA_VERSION,
            verdict: self.verdict(),
            policy: &self.policy,
            policy_digest: OnlySha256 {
                sha256: self.policy.sha256(),
            },
            artifacts: self.artifacts.iter().map(artifact).collect(),
            attestations: self.attestations.iter().map(attestation).collect(),
        })
    }
}

fn artifact(checked: &CheckedArtifact) -> Value {
    let artifact = &checked.artifact;
    serde_json::json!({
        "name": artifact.name,
        "size_bytes": artifact.size_bytes,
        "digest": { "sha256": artifact.digests.sha256 },
        "verdict": checked.verdict(),
        "requirements": checked.requirements,
    })
}

fn attestation(attestation: &CheckedAttestation) -> Attestation<'_> {
    let claim = attestation.claim();
    let (outcome, why) = describe(&attestation.outcome);
    Attestation {
        file: &attestation.origin.file,
        line: attestation.origin.line,
        digest: OnlySha256 {
            sha256: attestation.origin.sha256,
        },
        signed_by: &attestation.signers,
        outcome,
        build_type: claim.map(|signed| signed.claim.build_type.as_str()),
        builder: claim.and_then(|signed| signed.builder.as_ref().map(AbsoluteUri::as_str)),
        why,
    }
}

/// The name of an attestation's outcome, and the reason.
pub(super) fn describe(outcome: &Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::NotTrusted(why) => ("not-trusted", Some((*why).into())),
        Outcome::Other(what) => ("ignored", Some(what.clone())),
        Outcome::Unusable(why) => ("unusable", Some(why.clone())),
        Outcome::Claim(signed) if signed.unmet.is_empty() => ("accepted", None),
        Outcome::Claim(signed) => (
            "not-accepted",
            Some(format!("the policy does not allow its {}", signed.unmet.join(", "))),
        ),
    }
}
