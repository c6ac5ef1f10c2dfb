//! The formats that are looked into: what a content is, and its map.
//!
//! Every parser takes any bytes: it reads at fixed places through `Block`, never further than the content
//! reaches, and stops at the [`Limits`]. What it cannot read is [`Failure::Malformed`], and is then
//! compared as plain bytes.

mod ar;
mod ber;
mod block;
pub mod elf;
mod gzip;
mod json;
pub mod macho;
pub mod map;
mod oci;
pub mod pe;
mod tar;
pub(crate) mod unpack;
pub mod wasm;
mod zip;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::error::Error;
use crate::input::Limits;

pub(crate) use block::{Block, shown_hex, shown_text, unix, until_nul};
pub use map::{Field, Inner, Map, Part};

/// A format, by its name in `comparison.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Executable and Linkable Format: Linux, the BSDs.
    Elf,
    /// Portable Executable: Windows.
    Pe,
    /// Mach-O, one architecture or several: Apple's systems.
    MachO,
    /// A WebAssembly module.
    Wasm,
    /// An `ar` archive: static libraries, `.rlib`, `.deb`.
    Ar,
    /// A tar archive: ustar, pax or GNU.
    Tar,
    /// A zip archive.
    Zip,
    /// A gzip file.
    Gzip,
    /// A tar archive or a folder that holds an OCI image layout.
    Oci,
    /// JSON.
    Json,
    /// Anything else, and whatever does not follow its format.
    Bytes,
}

impl Format {
    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elf => "ELF",
            Self::Pe => "PE",
            Self::MachO => "Mach-O",
            Self::Wasm => "WebAssembly",
            Self::Ar => "ar",
            Self::Tar => "tar",
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Oci => "OCI image",
            Self::Json => "JSON",
            Self::Bytes => "bytes",
        }
    }

    /// What a content says it is by its first bytes; whether it follows that format is for its parser to say.
    ///
    /// # Errors
    /// When the content cannot be read.
    pub fn of(content: &Content) -> Result<Self, Error> {
        let head = content.bytes(0, 512)?;
        let starts = |magic: &[u8]| head.starts_with(magic);
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        Ok(if starts(b"\x7fELF") {
            Self::Elf
        } else if starts(b"MZ") && pe::has_signature(content)? {
            Self::Pe
        } else if macho::has_magic(&head) {
            Self::MachO
        } else if starts(b"\0asm") {
            Self::Wasm
        } else if starts(ar::MAGIC) {
            Self::Ar
        } else if starts(gzip::MAGIC) {
            Self::Gzip
        } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
            Self::Zip
        } else if head.get(257..262) == Some(b"ustar") {
            Self::Tar
        } else if matches!(head.iter().find(|byte| !blank(byte)), Some(b'{' | b'[')) {
            Self::Json
        } else {
            Self::Bytes
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The section in which cargo-auditable keeps the list of dependencies; in Mach-O its segment stands before it.
pub(crate) const DEPENDENCIES_SECTION: &str = ".dep-v0";

/// Other bytes for a place.
pub(crate) type Patch = (std::ops::Range<u64>, Vec<u8>);

/// Why a content has no map.
#[derive(Debug)]
pub enum Failure {
    /// It could not be read: nothing can be decided about it.
    Unreadable(Error),
    /// It does not follow its format, or goes beyond a limit; the rule that it breaks.
    Malformed(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

/// A rule that the content breaks.
pub(crate) fn malformed(rule: impl Into<String>) -> Failure {
    Failure::Malformed(rule.into())
}

/// What is used up while one file is looked into, with all that is nested in it.
#[derive(Clone, Debug)]
pub struct Context {
    /// The limits that apply, less what the maps take that are in use.
    pub limits: Limits,
    /// How much more may be unpacked, in bytes.
    pub unpacked_bytes_left: u64,
}

impl Context {
    /// All that `limits` allow for a file of this size in bytes.
    pub fn new(limits: Limits, file_bytes: u64) -> Self {
        let by_size = file_bytes.saturating_mul(limits.unpacked_times);
        let allowed = by_size.saturating_add(limits.unpacked_free_bytes);
        Self {
            limits,
            unpacked_bytes_left: allowed.min(limits.unpacked_bytes),
        }
    }

    /// Takes off what a map holds; who has done with it puts the old limits back.
    pub(crate) fn charge(&mut self, map: &Map) {
        let fields = || map.parts.iter().flat_map(|part| &part.fields);
        let names = map.parts.iter().map(|part| part.name.len());
        let texts = names.chain(fields().map(|field| field.name.len() + field.value.len()));
        let limits = &mut self.limits;
        limits.parts = limits.parts.saturating_sub(map.parts.len());
        limits.fields = limits.fields.saturating_sub(fields().count());
        limits.text_bytes = limits.text_bytes.saturating_sub(texts.sum());
    }
}

/// The map of a content of the given format.
///
/// # Errors
/// [`Failure`], unless the format is [`Format::Bytes`].
pub fn map(format: Format, content: &Content, context: &mut Context) -> Result<Map, Failure> {
    let limits = &context.limits;
    match format {
        Format::Elf => elf::Elf::read(content, limits)?.map(content, limits),
        Format::Pe => pe::Pe::read(content, limits)?.map(content, limits),
        Format::MachO => macho::map(content, limits),
        Format::Wasm => wasm::map(content, limits),
        Format::Ar => ar::map(content, limits),
        Format::Tar | Format::Oci => tar::map(content, limits),
        Format::Zip => zip::map(content, limits),
        Format::Gzip => gzip::map(content, context),
        Format::Json => json::map(content, limits),
        Format::Bytes => map::Builder::new(Format::Bytes, content.length(), limits).finish(),
    }
}

pub(crate) use oci::names as oci_names;
