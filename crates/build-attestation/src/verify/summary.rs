//! Summaries for users who trust this verifier instead of each builder: a Simple Verification Result v0.2 and a SLSA
//! Verification Summary v1. Both are unsigned in-toto statements, which `sign` can sign.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use untrusted_input::digest::Sha256;

use super::{Outcome, Verification, VerificationResult};
use crate::claim::LINK_BUILD_TYPE;
use crate::clock::Timestamp;
use crate::intoto::{MAX_SUBJECTS, STATEMENT_TYPE, check_name};
use crate::uri::AbsoluteUri;

/// `predicateType` of the Simple Verification Result.
pub const SVR_TYPE: &str = "https://in-toto.io/attestation/svr/v0.2";
/// `predicateType` of the SLSA Verification Summary.
pub const VSA_TYPE: &str = "https://slsa.dev/verification_summary/v1";

/// The fields of a summary besides the result.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The id of the verifier.
    pub verifier_id: AbsoluteUri,
    /// The version of this program.
    pub version: String,
    /// The time of the verification.
    pub time: Timestamp,
    /// The URI of the artifacts in a SLSA summary. For a single artifact, the default is a URI made from its digest.
    pub resource_uri: Option<AbsoluteUri>,
}

impl Verification {
    /// A Simple Verification Result. `None` unless everything is verified, because it can only list properties that
    /// hold.
    ///
    /// # Errors
    /// When the artifacts cannot be the subjects of one statement.
    pub fn svr(&self, issuer: &Issuer) -> Result<Option<Vec<u8>>, String> {
        if self.verdict() != VerificationResult::Verified {
            return Ok(None);
        }
        let predicate = json!({
            "verifier": { "id": issuer.verifier_id, "policies": [self.policy_descriptor()] },
            "timeCreated": issuer.time,
            "properties": self.levels(),
        });
        self.statement(SVR_TYPE, predicate).map(Some)
    }

    /// A SLSA Verification Summary, `PASSED` or `FAILED`.
    ///
    /// # Errors
    /// When the artifacts cannot be the subjects of one statement, or several have no common URI.
    pub fn vsa(&self, issuer: &Issuer) -> Result<Vec<u8>, String> {
        let resource_uri = match (&issuer.resource_uri, &self.artifacts[..]) {
            (Some(uri), _) => uri.as_str().to_owned(),
            (None, [one]) => named_information(one.artifact.digests.sha256),
            (None, _) => {
                return Err("several artifacts have no URI of their own; give --resource-uri".into());
            }
        };
        let inputs: BTreeMap<_, _> = self
            .attestations
            .iter()
            .map(|attestation| (attestation.origin.sha256, ()))
            .collect();
        let inputs: Vec<_> = inputs
            .keys()
            .map(|sha256| json!({ "digest": { "sha256": sha256 } }))
            .collect();
        let (result, levels) = match self.verdict() {
            VerificationResult::Verified => ("PASSED", self.levels()),
            _ => ("FAILED", vec!["FAILED".into()]),
        };
        let predicate = json!({
            "verifier": { "id": issuer.verifier_id, "version": { "rebuild-verifier": issuer.version } },
            "timeVerified": issuer.time,
            "resourceUri": resource_uri,
            "policy": self.policy_descriptor(),
            "inputAttestations": inputs,
            "verificationResult": result,
            "verifiedLevels": levels,
            "slsaVersion": "1.0",
        });
        self.statement(VSA_TYPE, predicate)
    }

    /// Refers to the policy by the digest of [`Policy::to_json`](crate::policy::Policy::to_json), which is also in
    /// `verification.json`.
    fn policy_descriptor(&self) -> Value {
        let sha256 = self.policy.sha256();
        json!({ "uri": named_information(sha256), "digest": { "sha256": sha256 } })
    }

    /// The properties of verified artifacts. SLSA Build Level 1 requires provenance, which a link is not.
    fn levels(&self) -> Vec<String> {
        let mut levels = vec![format!("SAMEBITS_REBUILT_BY_{}", self.policy.threshold)];
        let is_link =
            |outcome: &Outcome| matches!(outcome, Outcome::Claim(signed) if signed.claim.build_type == LINK_BUILD_TYPE);
        if !self
            .attestations
            .iter()
            .any(|attestation| is_link(&attestation.outcome))
        {
            levels.push("SLSA_BUILD_LEVEL_1".into());
        }
        levels
    }

    fn statement(&self, predicate_type: &str, predicate: Value) -> Result<Vec<u8>, String> {
        let mut subjects: BTreeMap<&str, Sha256> = BTreeMap::new();
        for checked in &self.artifacts {
            let (name, sha256) = (checked.artifact.name.as_str(), checked.artifact.digests.sha256);
            check_name(name)?;
            if subjects.insert(name, sha256).is_some_and(|other| other != sha256) {
                return Err(format!("two artifacts are called {name:?}; verify them one by one"));
            }
        }
        if subjects.len() > MAX_SUBJECTS {
            return Err(format!(
                "there are more than {MAX_SUBJECTS} artifacts; verify fewer at once"
            ));
        }
        let subjects: Vec<_> = subjects
            .iter()
            .map(|(name, sha256)| json!({ "name": name, "digest": { "sha256": sha256 } }))
            .collect();
        Ok(untrusted_input::json::write(&json!({
            "_type": STATEMENT_TYPE,
            "subject": subjects,
            "predicateType": predicate_type,
            "predicate": predicate,
        })))
    }
}

/// A URI made from a digest (RFC 6920).
fn named_information(sha256: Sha256) -> String {
    format!("ni:///sha-256;{}", URL_SAFE_NO_PAD.encode(sha256.as_bytes()))
}
