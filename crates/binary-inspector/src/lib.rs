//! Reports what an executable says about itself: its stamp, compiler, linkage, dependencies, instrumentation and signature,
//! and paths of the machine that built it.
//!
//! The file is read and never run. Memory use does not grow with its size. What the file does not record is reported as
//! not recorded, never guessed. A file can claim anything about itself: nothing is verified except that the pages of a
//! Mach-O image match its signature.
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
mod contents;
mod dependencies;
mod elf;
mod image;
mod inspection;
mod instrumentation;
mod macho;
mod paths;
mod pe;
mod scan;
mod systems;
mod text;
mod wasm;

/// How many bytes of a file are searched at a time.
const CHUNK_BYTES: usize = 1 << 20;

pub use binary_formats::macho::signature::Pages;
pub use dependencies::Dependency;
pub use image::{Image, ImageKind, Linkage, Packer, Signature};
pub use inspection::{Inspection, SCHEMA_VERSION};
pub use paths::Leaks;
