//! Detects a content's format, and maps it accordingly.

use untrusted_input::format::Format;

use crate::content::Content;
use crate::context::Context;
use crate::error::{Error, MapFailure};
use crate::map::{self, Map};
use crate::{ar, elf, gzip, json, macho, pe, tar, wasm, zip};

/// Detects a content's format by its first bytes. Only the format's parser finds out whether the rest follows it.
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

/// Maps a content as the given format.
///
/// # Errors
/// [`MapFailure`]; never for [`Format::Bytes`].
pub fn map(format: Format, content: &Content, context: &mut Context) -> Result<Map, MapFailure> {
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
