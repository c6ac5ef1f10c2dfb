//! The build stamp: a binary's record of its own build, written at compile time and read back.
//!
//! [`stamp!`] puts a short JSON text into the read-only data of the program that calls it. [`Stamp::info`] reads that
//! text inside the running program. [`find_in`] (or a [`Finder`], piece by piece) reads it from the executable without
//! running it. Both read the same bytes, so what a program says about itself is what an auditor finds in it:
//!
//! ```
//! static STAMP: build_info::Stamp = build_info::stamp!();
//!
//! let executable = std::fs::read(std::env::current_exe()?)?;
//! assert_eq!(build_info::find_in(&executable)?, STAMP.info()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it proves
//!
//! A stamp that is found is unique (apart from identical copies) and follows its rules, nothing more. Anyone can write
//! any text into a program, so a stamp is the builder's claim. Proof is a rebuild with the same bits.
//!
//! # The format, for other readers
//!
//! ```text
//! 00 "samebits-build-info-v1" 00 <JSON object, printable ASCII, at most 4096 bytes> 00
//! ```
//!
//! The object has exactly the fields of [`BuildInfo`]. The same bytes may occur more than once, because a linker may
//! copy them. A reader must reject an executable with no stamp, with one that it cannot parse, or with two that differ.
//! ELF, Mach-O, PE and WebAssembly all store read-only data verbatim, so a reader need not parse these formats.
//!
//! # The variables
//!
//! A release build reads `SAMEBITS_REVISION`, `SAMEBITS_DIRTY`, `SOURCE_DATE_EPOCH`, `SAMEBITS_TARGET` and
//! `SAMEBITS_TOOLCHAIN`, and does not compile if one of them is missing or invalid. A debug build that lacks any of
//! them says so: its version ends with `-dev`, its revision is `unknown`, and it is dirty.

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

mod info;
mod mark;
mod rules;
mod scan;
#[doc(hidden)]
pub mod stamp;
#[doc(hidden)]
pub mod variables;

pub use info::{BuildInfo, ParseError};
pub use rules::MAX_TEXT_BYTES;
pub use scan::{FindError, Finder, find_in};
pub use stamp::Stamp;

/// Compiles the examples of the README as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
