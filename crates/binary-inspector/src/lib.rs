//! What an executable says about itself: its stamp, compiler, linkage, dependencies, signature, and what of the machine
//! that built it is left in it.
//!
//! The file is read and never run, in memory that does not grow with its size. What is not recorded in it is said to be so,
//! and never guessed. Nothing is verified but that the pages of a Mach-O image are those that its signature is over: a file
//! can say anything about itself.
//!
//! ```
//! use binary_formats::Limits;
//! use binary_formats::content::Content;
//! use binary_inspector::{ImageKind, Inspection};
//!
//! let module = Content::memory(b"\0asm\x01\0\0\0".to_vec());
//! let inspection = Inspection::of(&module, Limits::default()).expect("it is a module");
//! assert_eq!(inspection.images[0].kind, ImageKind::Executable);
//! assert_eq!(inspection.images[0].architecture, "wasm32");
//! ```

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

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
