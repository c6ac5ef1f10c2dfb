//! Maps of contents: which part and which field each byte of an ELF, PE, Mach-O, WebAssembly, ar, tar, zip, gzip, OCI or JSON
//! content belongs to; and executables without their code signatures.
//!
//! Every parser takes any bytes: it reads at fixed places through `Block`, never further than the content reaches, and stops
//! at the [`Limits`]. What it cannot read is [`Failure::Malformed`]. What a map proves: where the bytes stand. What it does
//! not: that a program which reads the same content makes the same of it.
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

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod ar;
mod ber;
pub mod block;
pub mod content;
pub mod elf;
pub mod error;
mod gzip;
mod json;
mod limits;
pub mod macho;
pub mod map;
mod oci;
pub mod pe;
mod tar;
pub mod unpack;
pub mod unsigned;
pub mod wasm;
mod zip;

use untrusted_input::format::Format;

use crate::content::Content;

pub use block::{Block, shown_hex, shown_text, unix, until_nul};
pub use error::{Error, Failure, malformed};
pub use limits::Limits;
pub use map::{Field, Inner, Map, Part};

/// What a content says it is by its first bytes; whether it follows that format is for its parser to say.
///
/// # Errors
/// When the content cannot be read.
pub fn detect(content: &Content) -> Result<Format, Error> {
    let head = content.bytes(0, 512)?;
    let starts = |magic: &[u8]| head.starts_with(magic);
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    Ok(if starts(b"\x7fELF") {
        Format::Elf
    } else if starts(b"MZ") && pe::has_signature(content)? {
        Format::Pe
    } else if macho::has_magic(&head) {
        Format::MachO
    } else if starts(b"\0asm") {
        Format::Wasm
    } else if starts(ar::MAGIC) {
        Format::Ar
    } else if starts(gzip::MAGIC) {
        Format::Gzip
    } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        Format::Zip
    } else if head.get(257..262) == Some(b"ustar") {
        Format::Tar
    } else if matches!(head.iter().find(|byte| !blank(byte)), Some(b'{' | b'[')) {
        Format::Json
    } else {
        Format::Bytes
    })
}

/// The section in which cargo-auditable keeps the list of dependencies; in Mach-O its segment stands before it.
pub const DEPENDENCIES_SECTION: &str = ".dep-v0";

/// Other bytes for a place.
pub type Patch = (std::ops::Range<u64>, Vec<u8>);

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
    pub fn charge(&mut self, map: &Map) {
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

pub use oci::names as oci_names;
