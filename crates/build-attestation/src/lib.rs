//! Attests identical builds, and verifies attestations of several independent builders offline.
//!
//! An artifact is *verified* if enough builders, with different keys and different names, have signed that the same
//! build gave exactly its bits, all within the policy, and no trusted key has signed otherwise. That does not prove
//! that the builders are honest, or that they are independent in other ways. This crate parses JSON, TOML, PEM and
//! signatures, and never the content of an artifact.
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
//! verifier.add(&envelopes::read(Path::new("server.intoto.jsonl"))?);
//! let artifact = Artifact::read(Path::new("server"), &verifier.algorithms())?;
//! let verification = verifier.decide(vec![artifact])?;
//! assert_eq!(verification.verdict(), VerificationResult::Verified);
//! # Ok::<(), build_attestation::Error>(())
//! ```
//!
//! | step | modules |
//! |---|---|
//! | state what was built | [`definition`], [`shared_inputs`], [`statement`] |
//! | sign the statement | [`keys`], [`sign`], [`dsse`] |
//! | read attestations of others | [`envelopes`], [`intoto`], [`claim`] |
//! | decide whether an artifact is verified | [`policy`], [`verify`], [`clock`] |
//! | common types | [`DigestSet`], [`digests`], [`name`], [`uri`] |

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
