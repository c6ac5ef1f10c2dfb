//! Contents without their code signatures: the normal form that [`Level::Unsigned`](crate::comparison::Level) compares.
//!
//! | format | left out |
//! |---|---|
//! | PE | the certificate table at the end, the directory entry that points to it, the checksum |
//! | Mach-O | the signature at the end of `__LINKEDIT`, its load command, the size of that segment |
//!
//! What follows is padded with zeros as signing tools do, so that a signed and an unsigned file can be compared. A
//! signature that is not at the end, or that other tables point into, is not left out: such files just differ.

use std::ops::Range;

use sha2::Digest as _;

use crate::content::Content;
use crate::digest::Sha256;
use crate::error::Result;
use crate::formats::macho::unsigned::Patch;
use crate::formats::macho::{self, MachO};
use crate::formats::pe::Pe;
use crate::formats::{Block, Failure, Format, malformed};
use crate::input::Limits;

/// Signing tools align a PE file to this many bytes before they append.
const PE_ALIGNMENT: u64 = 8;
/// The same for Mach-O.
const MACHO_ALIGNMENT: u64 = 16;

/// The digest that both contents have without their signatures; `None` when neither is signed, when they differ in more
/// than that, or when a signature cannot be left out.
///
/// # Errors
/// When either cannot be read.
pub fn common_digest(original: &Content, rebuilt: &Content) -> Result<Option<Sha256>> {
    let (Some(ours), Some(theirs)) = (normal(original)?, normal(rebuilt)?) else {
        return Ok(None);
    };
    let signed = ours.is_signed || theirs.is_signed;
    Ok((signed && ours.sha256 == theirs.sha256).then_some(ours.sha256))
}

struct Normal {
    sha256: Sha256,
    is_signed: bool,
}

fn normal(content: &Content) -> Result<Option<Normal>> {
    let mut form = Form::default();
    let added = match Format::of(content)? {
        Format::Pe => form.add_pe(content),
        Format::MachO => form.add_macho(content),
        _ => return Ok(None),
    };
    match added {
        Ok(()) => Ok(Some(Normal {
            sha256: form.hasher.into(),
            is_signed: form.is_signed,
        })),
        Err(Failure::Malformed(_)) => Ok(None),
        Err(Failure::Unreadable(error)) => Err(error),
    }
}

/// A normal form, as far as it was hashed.
#[derive(Default)]
struct Form {
    hasher: sha2::Sha256,
    is_signed: bool,
}

impl Form {
    /// Adds a content with the patches put in, in their order, and zeros up to the alignment.
    fn add(
        &mut self,
        content: &Content,
        patches: Vec<Patch>,
        alignment: u64,
    ) -> Result<(), Failure> {
        let mut at = 0;
        for (range, bytes) in patches {
            if range.start < at || range.end > content.length() {
                return Err(malformed("its headers overlap"));
            }
            self.add_bytes(&content.slice(at..range.start))?;
            self.hasher.update(bytes);
            at = range.end;
        }
        self.add_bytes(&content.slice(at..content.length()))?;
        let padded = content.length().next_multiple_of(alignment);
        let padding = vec![0; (padded - content.length()) as usize];
        self.hasher.update(padding);
        Ok(())
    }

    fn add_bytes(&mut self, content: &Content) -> Result<(), Failure> {
        let mut buffer = content.buffer();
        let mut at = 0;
        while at < content.length() {
            let count = content.read(at, &mut buffer)?;
            self.hasher.update(&buffer[..count]);
            at += count as u64;
        }
        Ok(())
    }

    fn add_pe(&mut self, content: &Content) -> Result<(), Failure> {
        let pe = Pe::read(content, &Limits::default())?;
        let mut end = content.length();
        if let Some(table) = pe.certificates() {
            check_certificates(content, &pe, &table)?;
            end = table.start;
            self.is_signed = true;
        }
        let checksum = pe.checksum();
        let mut patches = vec![(checksum, vec![0; 4])];
        patches.extend(pe.certificates_entry().map(|entry| (entry, vec![0; 8])));
        self.add(&content.slice(0..end), patches, PE_ALIGNMENT)
    }

    fn add_macho(&mut self, content: &Content) -> Result<(), Failure> {
        let slices = macho::slices(content)?;
        if slices.is_empty() {
            return self.add_image(content);
        }
        let mut at = slices.last().map_or(0, |slice| slice.entry.end);
        self.hasher.update(content.bytes(0, 8)?);
        for slice in slices {
            // Whatever lies between the images would be in no digest.
            if slice.range.start < at || !is_zero(&content.slice(at..slice.range.start))? {
                return Err(malformed(
                    "its images overlap, or something lies between them",
                ));
            }
            at = slice.range.end;
            let entry = content.bytes(slice.entry.start, 8)?;
            self.hasher.update(entry);
            self.add_image(&content.slice(slice.range))?;
        }
        if at != content.length() {
            return Err(malformed("something follows its last image"));
        }
        Ok(())
    }

    fn add_image(&mut self, content: &Content) -> Result<(), Failure> {
        let macho = MachO::read(content, &Limits::default())?;
        let mut end = content.length();
        let signature = macho.code_signature(content)?;
        if let Some(range) = &signature {
            let last_use = macho.last_use(content)?;
            if range.end != content.length() || range.start < last_use {
                return Err(malformed("its signature is not what ends it"));
            }
            // Read for its form alone: what is no signature is not left out.
            macho::signature::read(content, range)?;
            end = range.start;
            self.is_signed = true;
        }
        let padded_end = end.next_multiple_of(MACHO_ALIGNMENT);
        let patches = macho.without_signature(content, padded_end)?;
        self.add(&content.slice(0..end), patches, MACHO_ALIGNMENT)
    }
}

/// That the certificate table is one, and nothing but the end of the file.
fn check_certificates(content: &Content, pe: &Pe, table: &Range<u64>) -> Result<(), Failure> {
    let sections_end = pe.sections.iter().map(|section| section.range.end).max();
    let begins_early = sections_end.is_none_or(|end| table.start < end);
    if begins_early || table.end != content.length() {
        return Err(malformed("its certificate table is not what ends it"));
    }
    let mut at = table.start;
    while at < table.end {
        let length = Block::read(content, at, 8)?.u32(0)?;
        if length < 8 {
            return Err(malformed("a certificate has no valid length"));
        }
        at += u64::from(length).next_multiple_of(PE_ALIGNMENT);
    }
    Ok(())
}

fn is_zero(content: &Content) -> Result<bool> {
    let mut buffer = content.buffer();
    let mut at = 0;
    while at < content.length() {
        let count = content.read(at, &mut buffer)?;
        if buffer[..count].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        at += count as u64;
    }
    Ok(true)
}
