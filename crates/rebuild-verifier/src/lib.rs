//! Compares two builds bit for bit, attests to builds that are the same, and reads such attestations back.
//!
//! The library decides and the program beside it ([`main.rs`](../src/rebuild_verifier/main.rs.html)) only parses
//! arguments and prints. What *the same* means here: the same relative paths, the same type behind each of them, every
//! byte of every file, its executable bit (the owner's, as in a Nix archive) and the target of every symbolic link.
//! Owners, times, extended attributes and which names are hard links to one file are not part of a build's result.
//!
//! | step | modules |
//! |---|---|
//! | see what is there | [`tree`], [`path`] |
//! | read and compare it | [`engine`], [`compare`] |
//! | say what was found | [`comparison`], [`manifest`], [`status`] |
//! | say why it differs | [`formats`], [`explain`], [`causes`], [`unsigned`] |
//! | look into an executable | [`inspect`] |
//! | attest to it | [`definition`], [`shared`], [`statement`], [`attest`], [`result`] |
//! | read it back | [`report`] |
//! | sign it | [`keys`], [`sign`] |
//! | read what others signed | [`envelopes`], [`dsse`], [`metablock`], [`intoto`], [`claim`] |
//! | decide whether to trust it | [`policy`], [`verify`] |
//! | repeat it | [`nix`], [`rebuild`], [`audit`] |
//! | files and formats underneath | [`atomic`], [`outputs`], [`clock`], [`content`], [`digest`], [`input`], [`json`], [`name`], [`uri`], [`text`] |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod atomic;
pub mod attest;
pub mod audit;
pub mod causes;
pub mod claim;
pub mod clock;
pub mod compare;
pub mod comparison;
pub mod content;
pub mod definition;
pub mod digest;
pub mod dsse;
pub mod engine;
pub mod envelopes;
pub mod error;
pub mod explain;
pub mod failure;
pub mod formats;
pub mod input;
pub mod inspect;
pub mod intoto;
pub mod json;
pub mod keys;
pub mod manifest;
pub mod metablock;
pub mod name;
pub mod nix;
pub mod outputs;
pub mod path;
pub mod policy;
mod pool;
pub mod rebuild;
pub mod report;
pub mod result;
pub mod shared;
pub mod sign;
pub mod statement;
pub mod status;
pub mod text;
pub mod tree;
pub mod unsigned;
pub mod uri;
pub mod verify;

pub use error::{Error, Result};
