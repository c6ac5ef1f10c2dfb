//! What an executable says about itself: its stamp, compiler, linkage, dependencies, signature, and what of the machine
//! that built it is left in it.
//!
//! The file is read and never run, in memory that does not grow with its size. What is not recorded in it is said to be so,
//! and never guessed. Nothing is verified but that the pages of a Mach-O image are those that its signature is over: a file
//! can say anything about itself.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod attributes;
mod dependencies;
mod elf;
mod image;
mod inspection;
mod macho;
mod paths;
mod pe;
mod scan;
mod systems;
mod text;
mod wasm;

pub use binary_formats::macho::signature::Pages;
pub use dependencies::Dependency;
pub use image::{Image, ImageKind, Linkage, Signature};
pub use inspection::{Inspection, SCHEMA_VERSION};
pub use paths::Leaks;
