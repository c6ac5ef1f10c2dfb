//! Compares two files or trees bit for bit.
//!
//! What *the same* means: the same relative paths, the same type behind each of them, every byte of every file, its
//! executable bit (the owner's, as in a Nix archive) and the target of every symbolic link. Owners, times, extended attributes
//! and which names are hard links to one file are not part of a build's result.
//!
//! What it proves of two trees that are *identical*: that they held the same when they were read, and that neither changed
//! meanwhile as far as their file systems tell. What it does not: where either came from. Contents are never looked into:
//! this crate parses no format but its own `comparison.json`. Why something differs is for others to find; what they say is
//! kept beside the comparison as an [`explanation`], and decides nothing.
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
//! | see what is there | [`tree`], [`path`] |
//! | read and compare it | [`engine`], [`pool`], [`pair`] |
//! | say what was found | [`comparison`], [`explanation`], [`manifest`] |

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
