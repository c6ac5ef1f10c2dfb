//! The inspection of an executable: what its images record, and what any format may contain.

use binary_formats::content::Content;
use binary_formats::{Context, Limits, MapFailure, detect, malformed};
use serde::Serialize;
use untrusted_input::digest::Sha256;
use untrusted_input::format::Format;
use untrusted_input::json;

use crate::image::Image;
use crate::paths::Leaks;
use crate::scan::Scan;
use crate::{elf, macho, pe, wasm};

/// Version of the JSON that this crate writes.
pub const SCHEMA_VERSION: u32 = 1;

/// What an executable records about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    schema_version: u32,
    /// Its format.
    pub format: Format,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// The rustc commits whose standard library is linked in, taken from paths of the library's sources.
    pub rustc_commits: Vec<String>,
    /// Paths of the machine that built it.
    pub leaked_paths: Leaks,
    /// One image, or one per architecture of a universal file.
    pub images: Vec<Image>,
}

impl Inspection {
    /// Inspects the content of an executable.
    ///
    /// # Errors
    /// When the content cannot be read or has changed, when it is not a well-formed executable, or when its stamp or
    /// list of dependencies is damaged or there are two that differ.
    pub fn of(content: &Content, limits: Limits) -> Result<Self, MapFailure> {
        let context = &mut Context::new(limits, content.length());
        let format = detect(content)?;
        let images = match format {
            Format::Elf => vec![elf::inspect(content, context)?],
            Format::Pe => vec![pe::inspect(content, context)?],
            Format::MachO => macho::inspect(content, context)?,
            Format::Wasm => vec![wasm::inspect(content, context)?],
            Format::Bytes => return Err(malformed("its format is unknown")),
            other => return Err(malformed(format!("it is {other}"))),
        };
        let Scan {
            sha256,
            rustc_commits,
            leaked_paths,
        } = Scan::of(content)?;
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            format,
            size_bytes: content.length(),
            sha256,
            rustc_commits,
            leaked_paths,
            images,
        })
    }

    /// The inspection as JSON, followed by a newline. The same file always yields the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(self)
    }
}
