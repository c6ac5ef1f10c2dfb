//! All that is known about an executable: its parts, and what is found in it whatever its format.

use binary_formats::content::Content;
use binary_formats::{Context, Limits, MapFailure, detect, malformed};
use build_info::BuildInfo;
use serde::Serialize;
use untrusted_input::digest::Sha256;
use untrusted_input::format::Format;
use untrusted_input::json;

use crate::image::Image;
use crate::paths::Leaks;
use crate::scan::Scan;
use crate::{elf, macho, pe, wasm};

/// The version of the JSON that this crate writes about an executable.
pub const SCHEMA_VERSION: u32 = 1;

/// What is known about an executable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    schema_version: u32,
    /// Its format.
    pub format: Format,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// What its build wrote into it, if it did.
    pub stamp: Option<BuildInfo>,
    /// The commits of rustc whose standard library is in it, by the paths of its sources.
    pub rustc_commits: Vec<String>,
    /// Paths of the machine that built it.
    pub leaked_paths: Leaks,
    /// One, or one for each architecture of a universal file.
    pub images: Vec<Image>,
}

impl Inspection {
    /// Looks at the content of an executable.
    ///
    /// # Errors
    /// When the content cannot be read or has changed, is no executable or not a well-formed one, or when its stamp or its list
    /// of dependencies is damaged.
    pub fn of(content: &Content, limits: Limits) -> Result<Self, MapFailure> {
        let context = &mut Context::new(limits, content.length());
        let format = detect(content)?;
        let images = match format {
            Format::Elf => vec![elf::inspect(content, context)?],
            Format::Pe => vec![pe::inspect(content, context)?],
            Format::MachO => macho::inspect(content, context)?,
            Format::Wasm => vec![wasm::inspect(content, context)?],
            Format::Bytes => return Err(malformed("it is of no format that is known here")),
            other => return Err(malformed(format!("it is {other}"))),
        };
        let Scan {
            sha256,
            stamp,
            rustc_commits,
            leaked_paths,
        } = Scan::of(content)?;
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            format,
            size_bytes: content.length(),
            sha256,
            stamp,
            rustc_commits,
            leaked_paths,
            images,
        })
    }

    /// All of it as JSON: the same bytes for the same file, with a line feed at the end.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(self)
    }
}
