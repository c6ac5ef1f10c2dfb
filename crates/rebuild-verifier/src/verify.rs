//! Decides whether artifacts are what enough independent, trusted builders got from the required build.
//!
//! Offline, with bare keys. What it proves of a *verified* artifact: enough builders that share no key, each under its own
//! name, have signed that the same build gave exactly its bits; each of them within the policy; nobody whose key is trusted
//! has signed that it gave other bits, or signed anything about builds that cannot be understood. What it does not prove:
//! that those builders are honest, or that they do not share more than a key.

pub mod document;
pub mod summary;
pub mod text;

mod count;
mod requirement;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::claim::{self, Claim, Product, Reading, file_name};
use crate::clock::Timestamp;
use crate::digest::Sha256;
use crate::engine::{Engine, Measured};
use crate::envelopes::{Origin, Signed};
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, PublicKey};
use crate::policy::{Policy, TrustedKey};
use crate::tree::Tree;
use crate::uri::AbsoluteUri;

pub use requirement::{Check, Requirement};

/// A file that is to be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its name, without its folder.
    pub name: String,
    /// Its length and digest.
    pub measured: Measured,
}

impl Artifact {
    /// Reads a file, or the one that a link leads to.
    ///
    /// # Errors
    /// When it cannot be read, changes meanwhile, or is no file.
    pub fn read(path: &Path) -> Result<Self> {
        let tree = Tree::read(path)?;
        if !tree.whole().is_file() {
            return Err(Error::Invalid {
                path: path.into(),
                format: "artifact",
                why: "it is a folder".into(),
                remedy: "name the files in it",
            });
        }
        let measured = Engine::default().measure(tree.open(tree.whole())?)?;
        tree.check_unchanged()?;
        // The name that was given: a link's target has one of its own, in a store for example.
        let name = path
            .file_name()
            .map(|name| crate::path::escape(name.as_encoded_bytes()));
        Ok(Self {
            name: name.map_or_else(|| tree.name().map(String::from), Ok)?,
            measured,
        })
    }
}

/// What became of one attestation.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Where it was.
    pub origin: Origin,
    /// Whose signatures of those that are believed are on it.
    pub signers: Vec<Fingerprint>,
    /// What it is.
    pub outcome: Outcome,
}

/// What an attestation is good for.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// No key that is believed has signed it: as if it were not there. Why.
    NotTrusted(&'static str),
    /// Signed, and about something else. About what.
    Other(String),
    /// Signed, and nobody can rely on it: the artifacts are rejected. Why.
    Unusable(String),
    /// Signed, and says what a build gave.
    Candidate(Box<Candidate>),
}

/// A claim with the keys behind it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it says.
    pub claim: Claim,
    /// Who says it: a builder that at least one of the keys may speak for.
    pub builder: Option<AbsoluteUri>,
    /// The keys that may speak for that builder.
    pub keys: Vec<Fingerprint>,
    /// What of the policy it does not meet.
    pub unmet: Vec<&'static str>,
}

impl Candidate {
    /// The names under which it speaks of these bits.
    fn names_of(&self, sha256: Sha256) -> impl Iterator<Item = &str> {
        let of_them = move |output: &&claim::Output| output.sha256 == sha256;
        self.claim
            .outputs
            .iter()
            .filter(of_them)
            .map(|output| output.name.as_str())
    }
}

/// Whether an artifact may be used. What could not be decided has no verdict at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything that is required was found.
    Verified,
    /// Something was not.
    Rejected,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Verified => "verified",
            Self::Rejected => "rejected",
        })
    }
}

/// What was found out about an artifact.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The artifact.
    pub artifact: Artifact,
    /// Every requirement with what was found.
    pub requirements: Vec<Requirement>,
}

impl Checked {
    /// Verified only if every requirement was checked and is met.
    pub fn verdict(&self) -> Verdict {
        match self.requirements.is_empty()
            || self
                .requirements
                .iter()
                .any(|one| one.check != Check::Passed)
        {
            true => Verdict::Rejected,
            false => Verdict::Verified,
        }
    }
}

/// Everything that was found out.
#[derive(Clone, Debug)]
pub struct Verification {
    /// What was required.
    pub policy: Policy,
    /// One for each artifact, in their order; never empty.
    pub artifacts: Vec<Checked>,
    /// One for each attestation, in their order.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Verified only if there are artifacts, and every one is.
    pub fn verdict(&self) -> Verdict {
        let all = self
            .artifacts
            .iter()
            .all(|one| one.verdict() == Verdict::Verified);
        match all && !self.artifacts.is_empty() {
            true => Verdict::Verified,
            false => Verdict::Rejected,
        }
    }
}

/// Verifies artifacts against attestations. `now` is needed where a key ends.
///
/// # Errors
/// When there is no artifact, no attestation or no key, or the time is needed and not known.
pub fn verify(
    artifacts: Vec<Artifact>,
    attestations: &[Signed],
    policy: Policy,
    now: Option<Timestamp>,
) -> Result<Verification> {
    let missing = [
        (
            artifacts.is_empty(),
            "ARTIFACT",
            "there is none; name at least one file",
        ),
        (
            attestations.is_empty(),
            "--attestation",
            "there is none; name at least one file",
        ),
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
            "a key of the policy ends; say what time it is, or set SOURCE_DATE_EPOCH",
        ),
    ];
    if let Some((_, argument, why)) = missing.into_iter().find(|(is_missing, ..)| *is_missing) {
        return Err(Error::Argument {
            argument,
            value: String::new(),
            why,
        });
    }
    let findings: Vec<_> = attestations
        .iter()
        .map(|signed| find(signed, &policy, now))
        .collect();
    let artifacts = artifacts
        .into_iter()
        .map(|artifact| Checked {
            requirements: requirement::check(&artifact, &findings, &policy),
            artifact,
        })
        .collect();
    Ok(Verification {
        policy,
        artifacts,
        findings,
    })
}

fn find(signed: &Signed, policy: &Policy, now: Option<Timestamp>) -> Finding {
    let signers: Vec<&TrustedKey> = {
        let keys: Vec<&PublicKey> = signed.signers(policy.keys.iter().map(|trusted| &trusted.key));
        policy
            .keys
            .iter()
            .filter(|trusted| keys.contains(&&trusted.key))
            .collect()
    };
    let believed: Vec<_> = signers
        .iter()
        .copied()
        .filter(|key| key.is_believed(now))
        .collect();
    let outcome = if signers.is_empty() {
        Outcome::NotTrusted("no trusted key signed it")
    } else if believed.is_empty() {
        Outcome::NotTrusted("the key that signed it has expired")
    } else {
        match claim::read(&signed.content) {
            Err(why) => Outcome::Unusable(why),
            Ok(Reading::Other(what)) => Outcome::Other(what),
            Ok(Reading::Claim(claim)) => {
                Outcome::Candidate(Box::new(candidate(*claim, &believed, policy)))
            }
        }
    };
    let signers = believed.iter().map(|key| key.fingerprint.clone()).collect();
    Finding {
        origin: signed.origin.clone(),
        signers,
        outcome,
    }
}

fn candidate(claim: Claim, signers: &[&TrustedKey], policy: &Policy) -> Candidate {
    // A format without builders is spoken for by the only builder that the key belongs to.
    let builder = claim
        .builder
        .as_ref()
        .or_else(|| signers.iter().find_map(|key| key.builders.only()));
    let entitled = signers.iter().filter(|key| key.builders.allows(builder));
    let mut candidate = Candidate {
        keys: entitled.map(|key| key.fingerprint.clone()).collect(),
        builder: builder.cloned(),
        claim,
        unmet: Vec::new(),
    };
    candidate.unmet = requirement::unmet(&candidate, policy);
    candidate
}

/// Who of those whose keys are trusted says that the artifact should have other bits, and which: counting or not.
fn disagreements(artifact: &Artifact, findings: &[Finding]) -> Vec<String> {
    let sha256 = artifact.measured.sha256;
    let candidates: Vec<_> = findings
        .iter()
        .filter_map(|finding| match &finding.outcome {
            Outcome::Candidate(candidate) => Some((finding, candidate.as_ref())),
            _ => None,
        })
        .collect();
    // Everything that the artifact is, according to somebody.
    let known: BTreeSet<(&Product, &str)> = candidates
        .iter()
        .flat_map(|(_, candidate)| {
            candidate
                .names_of(sha256)
                .map(|name| (&candidate.claim.product, name))
        })
        .collect();
    let told = |(finding, candidate): &(&Finding, &Candidate)| {
        let other = other_bits(&candidate.claim, artifact, &known)?;
        let who = candidate
            .builder
            .as_ref()
            .map_or(finding.signers[0].as_str(), AbsoluteUri::as_str);
        Some(format!("{who} got {other} ({})", finding.origin))
    };
    candidates.iter().filter_map(told).collect()
}

/// What a claim says of the artifact other than that it has its bits.
fn other_bits(
    claim: &Claim,
    artifact: &Artifact,
    known: &BTreeSet<(&Product, &str)>,
) -> Option<String> {
    let sha256 = artifact.measured.sha256;
    let other = |output: &claim::Output| {
        (output.sha256 != sha256).then(|| format!("{} with sha256 {}", output.name, output.sha256))
    };
    match &claim.product {
        Product::Flake { .. } => {
            let same_build = known
                .iter()
                .filter(|(product, _)| claim.product.is_same_as(product));
            let mut names = same_build.map(|(_, name)| *name);
            names.find_map(
                |name| match claim.outputs.iter().find(|output| output.name == name) {
                    Some(output) => other(output),
                    None => Some(format!("no {name}")),
                },
            )
        }
        Product::File(_) => {
            let files = known
                .iter()
                .filter(|(product, _)| matches!(product, Product::File(_)));
            let names: Vec<_> = files
                .map(|(_, name)| file_name(name))
                .chain([artifact.name.as_str()])
                .collect();
            let about_it = claim
                .outputs
                .iter()
                .filter(|output| names.contains(&file_name(&output.name)));
            about_it.into_iter().find_map(other)
        }
    }
}
