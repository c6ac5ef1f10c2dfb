//! Decides whether artifacts are what enough independent, trusted builders got from the required build.
//!
//! Offline, with bare keys. What it proves of a *verified* artifact: enough builders that share no key, each under its own
//! name, have signed that the same build gave exactly its bits; each of them within the policy; nobody whose key is trusted
//! has signed that it gave other bits, or signed anything about builds that cannot be understood. What it does not prove:
//! that those builders are honest, or that they do not share more than a key.

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

use crate::claim::{self, Claim, Reading};
use crate::clock::Timestamp;
use crate::digests::{Agreement, Digests, Hashed, Hashers};
use crate::envelopes::{Origin, Signed};
use crate::error::{Error, Result};
use crate::keys::Fingerprint;
use crate::policy::{Policy, TrustedKey};
use crate::uri::AbsoluteUri;

pub use requirement::{Check, Requirement};

/// A file that is to be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its name, without its folder.
    pub name: String,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its digests.
    pub digests: Digests,
}

impl Artifact {
    /// Reads a file, or the one that a link leads to, and computes its SHA-256 and those of `algorithms` that are known.
    ///
    /// # Errors
    /// When it cannot be read, changes meanwhile, or is no file.
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
        // The name that was given: a link's target has one of its own, in a store for example.
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

/// What became of one attestation.
#[derive(Clone, Debug)]
pub struct Appraisal {
    /// Where it was.
    pub origin: Origin,
    /// Whose signatures of those that are believed are on it.
    pub signers: Vec<Fingerprint>,
    /// What it is.
    pub standing: Standing,
}

impl Appraisal {
    /// The claim, if it is one.
    fn candidate(&self) -> Option<&Candidate> {
        match &self.standing {
            Standing::Candidate(candidate) => Some(candidate),
            _ => None,
        }
    }
}

/// What an attestation is good for.
#[derive(Clone, Debug)]
pub enum Standing {
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
    /// The names under which it speaks of the artifact's bits.
    fn names_of(&self, artifact: &Artifact) -> impl Iterator<Item = &str> {
        let of_them = move |output: &&claim::Output| output.digests.agree_with(&artifact.digests) == Agreement::All;
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
pub enum VerificationResult {
    /// Everything that is required was found.
    Verified,
    /// Something was not.
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
    pub fn verdict(&self) -> VerificationResult {
        let is_met = |one: &Requirement| one.check == Check::Passed;
        if !self.requirements.is_empty() && self.requirements.iter().all(is_met) {
            VerificationResult::Verified
        } else {
            VerificationResult::Rejected
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
    pub appraisals: Vec<Appraisal>,
}

impl Verification {
    /// Verified only if there are artifacts, and every one is.
    pub fn verdict(&self) -> VerificationResult {
        let is_verified = |one: &Checked| one.verdict() == VerificationResult::Verified;
        if !self.artifacts.is_empty() && self.artifacts.iter().all(is_verified) {
            VerificationResult::Verified
        } else {
            VerificationResult::Rejected
        }
    }
}

/// Listens to attestations, then decides about artifacts. What no trusted key has signed is not parsed, and not kept.
#[derive(Debug)]
pub struct Verifier {
    policy: Policy,
    now: Option<Timestamp>,
    appraisals: Vec<Appraisal>,
}

impl Verifier {
    /// Requires what `policy` does; `now` is needed where a key ends.
    ///
    /// # Errors
    /// When nothing is required or nobody trusted, or the time is needed and not known.
    pub fn new(policy: Policy, now: Option<Timestamp>) -> Result<Self> {
        refuse(&[
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
                "a key of the policy ends; say what time it is, or `now` for what the clock says",
            ),
        ])?;
        Ok(Self {
            policy,
            now,
            appraisals: Vec::new(),
        })
    }

    /// Takes down what attestations say.
    pub fn hear<'a>(&mut self, attestations: impl IntoIterator<Item = &'a Signed>) {
        let found = attestations.into_iter().map(|signed| self.find(signed));
        let found: Vec<_> = found.collect();
        self.appraisals.extend(found);
    }

    /// The algorithms beside SHA-256 by which artifacts have to be known, because somebody who is believed states them.
    pub fn algorithms(&self) -> BTreeSet<&'static str> {
        self.appraisals
            .iter()
            .filter_map(Appraisal::candidate)
            .flat_map(|candidate| &candidate.claim.outputs)
            .flat_map(|output| output.digests.others())
            .collect()
    }

    /// Verifies artifacts against everything that was heard.
    ///
    /// # Errors
    /// When there is no artifact or no attestation.
    pub fn decide(self, artifacts: Vec<Artifact>) -> Result<Verification> {
        refuse(&[
            (
                artifacts.is_empty(),
                "ARTIFACT",
                "there is none; name at least one file",
            ),
            (
                self.appraisals.is_empty(),
                "--attestation",
                "there is none; name at least one file",
            ),
        ])?;
        let artifacts = artifacts
            .into_iter()
            .map(|artifact| Checked {
                requirements: requirement::check(&artifact, &self.appraisals, &self.policy),
                artifact,
            })
            .collect();
        Ok(Verification {
            policy: self.policy,
            artifacts,
            appraisals: self.appraisals,
        })
    }

    fn find(&self, signed: &Signed) -> Appraisal {
        let signers = signed.signers(&self.policy.keys);
        let believed: Vec<_> = signers
            .iter()
            .copied()
            .filter(|key| key.is_believed(self.now))
            .collect();
        let standing = if signers.is_empty() {
            Standing::NotTrusted("no trusted key signed it")
        } else if believed.is_empty() {
            Standing::NotTrusted("the key that signed it has expired")
        } else {
            match claim::read(&signed.content) {
                Err(why) => Standing::Unusable(why),
                Ok(Reading::Other(what)) => Standing::Other(what),
                Ok(Reading::Claim(claim)) => Standing::Candidate(Box::new(candidate(*claim, &believed, &self.policy))),
            }
        };
        Appraisal {
            origin: signed.origin.clone(),
            signers: believed.iter().map(|key| key.fingerprint.clone()).collect(),
            standing,
        }
    }
}

/// The first argument without which nothing can be decided.
fn refuse(missing: &[(bool, &'static str, &'static str)]) -> Result<()> {
    match missing.iter().find(|(is_missing, ..)| *is_missing) {
        None => Ok(()),
        Some((_, argument, why)) => Err(Error::Argument {
            argument,
            value: String::new(),
            why,
        }),
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

#[cfg(test)]
mod tests;
