//! Maps each byte of an ELF, PE, Mach-O, WebAssembly, ar, tar, zip, gzip, OCI or JSON file to the part and the field
//! that it belongs to. It also digests executables without their code signatures.
//!
//! Every parser accepts arbitrary bytes. It reads fixed-size blocks through [`Block`], never reads past the end of the
//! content, and stops at the [`Limits`]. Anything it cannot parse is [`MapFailure::Malformed`]. A map proves where the
//! bytes are. It does not prove that another program interprets the same bytes the same way.
//!
//! ```
//! use binary_formats::content::Content;
//! use binary_formats::{Context, Limits, detect, map};
//!
//! let content = Content::memory(b"{\"a\": 1}".to_vec());
//! let format = detect(&content)?;
//! let mut context = Context::new(Limits::default(), content.length());
//! let map = map(format, &content, &mut context).expect("it is JSON");
//! assert_eq!(map.parts.len(), 1);
//! # Ok::<(), binary_formats::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

mod ar;
mod auditable;
mod ber;
mod block;
pub mod content;
mod context;
pub mod elf;
mod error;
mod formats;
mod gzip;
mod json;
mod limits;
pub mod macho;
mod map;
mod normal_form;
pub mod oci;
pub mod pe;
mod tar;
mod unpack;
pub mod unsigned;
pub mod wasm;
mod zip;

pub use auditable::DEPENDENCIES_SECTION;
pub use block::{Block, format_unix_time, shown_hex, shown_text, until_nul};
pub use context::Context;
pub use error::{Error, MapFailure, malformed};
pub use formats::{detect, map};
pub use limits::Limits;
pub use map::{Field, Inner, Map, Packing, Part};
pub use unpack::{Unpacked, unpack};
