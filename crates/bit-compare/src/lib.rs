//! Compares two files or trees bit for bit.
//!
//! Two trees are *identical* if they have the same relative paths, the same type at each path, the same bytes in every
//! file, the same executable bits (the owner's, as in a Nix archive) and the same target of every symbolic link.
//! Owners, times, extended attributes and hard links are not part of a build's result.
//!
//! *Identical* proves that both trees had the same content when they were read, and that neither changed meanwhile, as
//! far as their file systems can tell. It does not prove where either came from. This crate parses no format but its
//! own `comparison.json`. Other crates find out why files differ; a comparison keeps that as an [`explanation`], which
//! does not affect the verdict.
//!
//! ```
//! use bit_compare::comparison::Verdict;
//! use bit_compare::pair::Pair;
//!
//! let folder = tempfile::tempdir()?;
//! let [original, rebuilt] = ["original", "rebuilt"].map(|name| folder.path().join(name));
//! std::fs::write(&original, "the same bits")?;
//! std::fs::write(&rebuilt, "the same bits")?;
//! let comparison = Pair::read(&original, &rebuilt)?.compare()?;
//! assert_eq!(comparison.verdict(), Verdict::Identical);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | step | modules |
//! |---|---|
//! | list both trees | [`tree`], [`path`] |
//! | read and compare them | [`engine`], [`pool`], [`pair`] |
//! | report the result | [`comparison`], [`explanation`], [`manifest`] |

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod comparison;
pub mod engine;
mod error;
pub mod explanation;
pub mod manifest;
pub mod pair;
pub mod path;
pub mod pool;
pub mod tree;

pub use error::{Error, Result};
