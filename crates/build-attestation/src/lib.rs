//! Attests to builds that are the same, and verifies attestations of several independent builders offline.
//!
//! What it proves of an artifact that is *verified*: enough builders that share no key, each under its own name, have signed
//! that the same build gave exactly its bits, within the policy; and nobody whose key is trusted has signed otherwise. What it
//! does not: that those builders are honest, or that they share nothing but the key. No content of an artifact is looked
//! into: what is read is JSON, TOML, PEM and signatures.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use build_attestation::envelopes;
//! use build_attestation::policy::Policy;
//! use build_attestation::verify::{Artifact, VerificationResult, Verifier};
//!
//! let policy = Policy::read(Path::new("policy.toml"))?;
//! let mut verifier = Verifier::new(policy, None)?;
//! verifier.hear(&envelopes::read(Path::new("server.intoto.jsonl"))?);
//! let artifact = Artifact::read(Path::new("server"), &verifier.algorithms())?;
//! let verification = verifier.decide(vec![artifact])?;
//! assert_eq!(verification.verdict(), VerificationResult::Verified);
//! # Ok::<(), build_attestation::Error>(())
//! ```
//!
//! | step | modules |
//! |---|---|
//! | say what was built | [`definition`], [`shared_inputs`], [`statement`] |
//! | sign it | [`keys`], [`sign`], [`dsse`] |
//! | read what others signed | [`envelopes`], [`intoto`], [`claim`] |
//! | decide whether to trust it | [`policy`], [`verify`], [`clock`] |
//! | what these are made of | [`DigestSet`], [`digests`], [`name`], [`uri`] |

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod claim;
pub mod clock;
pub mod definition;
mod digest_set;
pub mod digests;
pub mod dsse;
pub mod envelopes;
mod error;
pub mod intoto;
pub mod keys;
mod limits;
mod metablock;
pub mod name;
pub mod policy;
pub mod shared_inputs;
pub mod sign;
pub mod statement;
pub mod uri;
pub mod verify;

pub use digest_set::DigestSet;
pub use error::{Error, Result};
pub use limits::Limits;
pub use metablock::Link;
