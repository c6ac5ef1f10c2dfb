//! Decides whether enough independent, trusted builders got an artifact from the required build.
//!
//! Verification is offline, with bare keys. An artifact is *verified* if enough builders, with different keys and
//! different names, have signed that the same build gave exactly its bits, all within the policy. No trusted key may
//! have signed that the build gave other bits, or signed anything about a build that cannot be understood. *Verified*
//! does not prove that the builders are honest, or that they are independent in other ways.

pub mod document;
pub mod summary;
pub mod text;

mod agreement;
mod count;
mod requirement;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use bit_compare::engine::Engine;
use bit_compare::tree::Tree;
use serde::Serialize;
use untrusted_input::InputError as _;

use crate::claim::{self, Claim, Reading};
use crate::clock::Timestamp;
use crate::digests::{Agreement, Digests, Hashed, Hashers};
use crate::envelopes::{Origin, Signed};
use crate::error::{Error, Result};
use crate::keys::Fingerprint;
use crate::policy::{Policy, TrustedKey};
use crate::uri::AbsoluteUri;

pub use requirement::{Check, Requirement};

/// A file to verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The name, without its folder.
    pub name: String,
    /// The length in bytes.
    pub size_bytes: u64,
    /// The digests.
    pub digests: Digests,
}

impl Artifact {
    /// Reads a file, following links, and computes its SHA-256 and the supported ones of `algorithms`.
    ///
    /// # Errors
    /// When the file cannot be read, changes meanwhile, or is not a regular file.
    pub fn read(path: &Path, algorithms: &BTreeSet<&'static str>) -> Result<Self> {
        let tree = Tree::read(path)?;
        if !tree.whole().is_file() {
            return Err(Error::invalid(
                path,
                "artifact",
                "it is a folder",
                "name the files in it",
            ));
        }
        let mut hashers = Hashers::new(algorithms);
        let source = Hashed(tree.open(tree.whole())?, &mut hashers);
        let measured = Engine::default().measure(source)?;
        tree.check_unchanged()?;
        // Use the name in the argument: the target of a link may have another name, for example in the Nix store.
        let name = path
            .file_name()
            .map(|name| untrusted_input::spelling::escape(name.as_encoded_bytes()));
        Ok(Self {
            name: name.map_or_else(|| tree.name().map(String::from), Ok)?,
            size_bytes: measured.size_bytes,
            digests: hashers.finish(measured.sha256),
        })
    }
}

/// One attestation, with its outcome. It holds for every artifact.
#[derive(Clone, Debug)]
pub struct CheckedAttestation {
    /// Where the attestation comes from.
    pub origin: Origin,
    /// The valid trusted keys that signed it.
    pub signers: Vec<Fingerprint>,
    /// Whether it is trusted, and what it claims.
    pub outcome: Outcome,
}

impl CheckedAttestation {
    /// The claim, if a trusted key signed one.
    fn claim(&self) -> Option<&SignedClaim> {
        match &self.outcome {
            Outcome::Claim(claim) => Some(claim),
            _ => None,
        }
    }
}

/// The outcome for one attestation: ignored, a reason to reject every artifact, or a claim that may count.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// No valid trusted key signed it, so it is ignored. With the reason.
    NotTrusted(&'static str),
    /// A trusted key signed it, but it is not about a build. With a description.
    Other(String),
    /// A trusted key signed it, but it cannot be understood, so every artifact is rejected. With the reason.
    Unusable(String),
    /// A trusted key signed a claim.
    Claim(Box<SignedClaim>),
}

/// A claim about a build that a trusted key signed, with the builder that it counts for.
#[derive(Clone, Debug)]
pub struct SignedClaim {
    /// The claim.
    pub claim: Claim,
    /// The builder that the claim names, or else the only builder that a signer belongs to.
    pub builder: Option<AbsoluteUri>,
    /// The signers that may sign for this builder.
    pub keys: Vec<Fingerprint>,
    /// The names of the policy's requirements that the claim does not meet.
    pub unmet: Vec<&'static str>,
}

impl SignedClaim {
    fn new(claim: Claim, signers: &[&TrustedKey], policy: &Policy) -> Self {
        // If the format names no builder, use the only builder that the key belongs to.
        let builder = claim
            .builder
            .as_ref()
            .or_else(|| signers.iter().find_map(|key| key.builders.only()));
        let entitled = signers.iter().filter(|key| key.builders.allows(builder));
        let mut signed = Self {
            keys: entitled.map(|key| key.fingerprint.clone()).collect(),
            builder: builder.cloned(),
            claim,
            unmet: Vec::new(),
        };
        signed.unmet = requirement::unmet(&signed, policy);
        signed
    }

    /// The names of the claim's outputs that have the artifact's bits.
    fn names_of(&self, artifact: &Artifact) -> impl Iterator<Item = &str> {
        let has_bits = move |output: &&claim::Output| output.digests.agree_with(&artifact.digests) == Agreement::All;
        self.claim
            .outputs
            .iter()
            .filter(has_bits)
            .map(|output| output.name.as_str())
    }
}

/// Whether an artifact may be used. A failed verification has no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VerificationResult {
    /// Every requirement is met.
    Verified,
    /// A requirement is not met.
    Rejected,
}

impl fmt::Display for VerificationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Verified => "verified",
            Self::Rejected => "rejected",
        })
    }
}

/// One artifact, with what was found for each requirement.
#[derive(Clone, Debug)]
pub struct CheckedArtifact {
    /// The artifact.
    pub artifact: Artifact,
    /// Every requirement, with what was found.
    pub requirements: Vec<Requirement>,
}

impl CheckedArtifact {
    /// The artifact is verified only if every requirement was checked and is met.
    pub fn verdict(&self) -> VerificationResult {
        let is_met = |one: &Requirement| one.check == Check::Passed;
        if !self.requirements.is_empty() && self.requirements.iter().all(is_met) {
            VerificationResult::Verified
        } else {
            VerificationResult::Rejected
        }
    }
}

/// The result for all artifacts.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The policy.
    pub policy: Policy,
    /// The result for each artifact, in their order. Never empty.
    pub artifacts: Vec<CheckedArtifact>,
    /// The outcome for each attestation, in their order.
    pub attestations: Vec<CheckedAttestation>,
}

impl Verification {
    /// Verified only if there are artifacts and all are verified.
    pub fn verdict(&self) -> VerificationResult {
        let is_verified = |one: &CheckedArtifact| one.verdict() == VerificationResult::Verified;
        if !self.artifacts.is_empty() && self.artifacts.iter().all(is_verified) {
            VerificationResult::Verified
        } else {
            VerificationResult::Rejected
        }
    }
}

/// Collects attestations, then decides about artifacts. The content of an attestation that no trusted key signed is
/// neither parsed nor kept.
#[derive(Debug)]
pub struct Verifier {
    policy: Policy,
    now: Option<Timestamp>,
    attestations: Vec<CheckedAttestation>,
}

impl Verifier {
    /// Makes a verifier for `policy`. `now` is required if a key of the policy expires.
    ///
    /// # Errors
    /// When the policy requires nothing or trusts no key, or the time is required and missing.
    pub fn new(policy: Policy, now: Option<Timestamp>) -> Result<Self> {
        refuse_missing(&[
            (
                policy.keys.is_empty(),
                "--key",
                "there is none; name at least one public key",
            ),
            (
                policy.threshold == 0,
                "--threshold",
                "nothing would be required; give at least 1",
            ),
            (
                policy.needs_time() && now.is_none(),
                "--time",
                "a key of the policy expires; give the time of the verification, or `now` for the clock's time",
            ),
        ])?;
        Ok(Self {
            policy,
            now,
            attestations: Vec::new(),
        })
    }

    /// Verifies the signatures of attestations, and adds their claims.
    pub fn add<'a>(&mut self, attestations: impl IntoIterator<Item = &'a Signed>) {
        let checked = attestations.into_iter().map(|signed| self.check(signed));
        let checked: Vec<_> = checked.collect();
        self.attestations.extend(checked);
    }

    /// The algorithms besides SHA-256 in trusted claims. [`Artifact::read`] has to compute them.
    pub fn algorithms(&self) -> BTreeSet<&'static str> {
        self.attestations
            .iter()
            .filter_map(CheckedAttestation::claim)
            .flat_map(|signed| &signed.claim.outputs)
            .flat_map(|output| output.digests.others())
            .collect()
    }

    /// Verifies artifacts against all attestations that were added.
    ///
    /// # Errors
    /// When there is no artifact or no attestation.
    pub fn decide(self, artifacts: Vec<Artifact>) -> Result<Verification> {
        refuse_missing(&[
            (
                artifacts.is_empty(),
                "ARTIFACT",
                "there is none; name at least one file",
            ),
            (
                self.attestations.is_empty(),
                "--attestation",
                "there is none; name at least one file",
            ),
        ])?;
        let artifacts = artifacts
            .into_iter()
            .map(|artifact| CheckedArtifact {
                requirements: requirement::check(&artifact, &self.attestations, &self.policy),
                artifact,
            })
            .collect();
        Ok(Verification {
            policy: self.policy,
            artifacts,
            attestations: self.attestations,
        })
    }

    fn check(&self, signed: &Signed) -> CheckedAttestation {
        let signers = signed.signers(&self.policy.keys);
        let valid: Vec<_> = signers
            .iter()
            .copied()
            .filter(|key| key.is_valid_at(self.now))
            .collect();
        let outcome = if signers.is_empty() {
            Outcome::NotTrusted("no trusted key signed it")
        } else if valid.is_empty() {
            Outcome::NotTrusted("the key that signed it has expired")
        } else {
            match claim::read(&signed.content) {
                Err(why) => Outcome::Unusable(why),
                Ok(Reading::Other(what)) => Outcome::Other(what),
                Ok(Reading::Claim(claim)) => Outcome::Claim(Box::new(SignedClaim::new(*claim, &valid, &self.policy))),
            }
        };
        CheckedAttestation {
            origin: signed.origin.clone(),
            signers: valid.iter().map(|key| key.fingerprint.clone()).collect(),
            outcome,
        }
    }
}

/// Fails with the first missing argument. Each has a flag, the name and the reason.
fn refuse_missing(missing: &[(bool, &'static str, &'static str)]) -> Result<()> {
    match missing.iter().find(|(is_missing, ..)| *is_missing) {
        None => Ok(()),
        Some((_, argument, why)) => Err(Error::argument(argument, "", why)),
    }
}

#[cfg(test)]
mod tests;
