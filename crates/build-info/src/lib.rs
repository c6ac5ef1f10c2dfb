//! The build stamp: a binary's record of its own build, linked into it and read back.
//!
//! samebits links a short JSON text into every executable that it builds. [`stamp!`] and [`Stamp::info`] read that text inside
//! the running program. [`find_in`] (or a [`Finder`], piece by piece) reads it from the executable without running it. Both
//! read the same bytes, so what a program says about itself is what an auditor finds in it:
//!
//! ```
//! static STAMP: build_info::Stamp = build_info::stamp!();
//!
//! let executable = std::fs::read(std::env::current_exe()?)?;
//! match build_info::find_in(&executable) {
//!     Ok(found) => assert_eq!(found, STAMP.info()?),
//!     // Built without samebits.
//!     Err(_) => assert!(STAMP.info()?.version.ends_with("-dev")),
//! }
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
//! 00 "samebits-build-info-v1" 00 <JSON object, printable ASCII> 00, then zeros up to 2048 bytes
//! ```
//!
//! The object has exactly the fields of [`BuildInfo`]. It is in the section `.bldinfo` (Mach-O: of `__DATA`; WebAssembly: a
//! custom section). The same bytes may occur more than once. A reader must reject an executable with no stamp, with one that
//! it cannot parse, or with two that differ. One that parses the file's format reads the sections of that name alone, if there is
//! one: a program may carry another executable. ELF, Mach-O, PE and WebAssembly all store read-only data verbatim, so a reader
//! need not parse these formats.
//!
//! # Who links it
//!
//! The build sets `SAMEBITS_STAMP=linked` where this crate is compiled, and gives the linker an object that defines
//! `SAMEBITS_BUILD_INFO` as those 2048 bytes ([`BuildInfo::to_stamp`] writes them). Without that object, the program does not
//! link. Any other build has no stamp, and its programs say so: the version ends with `-dev`, the revision is `unknown`, and
//! it is dirty.

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

mod info;
mod mark;
mod rules;
mod scan;
mod stamp;

pub use info::{BuildInfo, ParseError, VersionSource};
pub use rules::{MAX_TEXT_BYTES, STAMP_BYTES};
pub use scan::{FindError, Finder, find_in};
pub use stamp::Stamp;

/// Compiles the examples of the README as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
