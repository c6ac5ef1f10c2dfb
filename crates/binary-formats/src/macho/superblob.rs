//! Checks that a Mach-O code signature is well-formed and holds nothing else, as defined by Apple's
//! `<Kernel/kern/cs_blobs.h>`: every byte belongs to a blob or to the list of blobs, or is zero.

use std::ops::Range;

use super::signature::{CMS, CODE_DIRECTORY, MOST_BLOBS, Pages, SUPER_BLOB, pages_of};
use crate::ber::{self, Rules};
use crate::block::Block;
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;

const HEAD_BYTES: u64 = 12;
const ENTRY_BYTES: u64 = 8;
const BLOB_HEAD_BYTES: u64 = 8;

/// Ranges of slots (first, last) and the magic that a blob must have there.
const SLOTS: [(u32, u32, u32); 7] = [
    (0, 0, CODE_DIRECTORY),
    (0x1000, 0x1004, CODE_DIRECTORY),
    // Requirements.
    (2, 2, 0xfade_0c01),
    // Entitlements, as a property list and in DER.
    (5, 5, 0xfade_7171),
    (7, 7, 0xfade_7172),
    // Launch constraints.
    (8, 11, 0xfade_8181),
    (0x1_0000, 0x1_0000, CMS),
];

/// Header length of a code directory, by the first version that has that length.
const HEADERS: [(u32, u64); 7] = [
    (0x2_0001, 44),
    (0x2_0100, 48),
    (0x2_0200, 52),
    (0x2_0300, 64),
    (0x2_0400, 88),
    (0x2_0500, 96),
    (0x2_0600, 108),
];

/// Checks the signature in `range` of an image. The signature covers everything before it.
///
/// # Errors
/// When it is malformed, or is the signature of another image.
pub(super) fn check(content: &Content, range: &Range<u64>, limits: &Limits) -> Result<(), MapFailure> {
    if range.end - range.start > limits.signature_bytes {
        return Err(malformed(format!(
            "its code signature is longer than {} bytes",
            limits.signature_bytes
        )));
    }
    let list = BlobList::read(content.slice(range.clone()))?;
    let mut used = Vec::from([list.own_range()]);
    let mut slots = Vec::new();
    let mut matches_this_image = false;
    for index in 0..list.count {
        let blob = list.blob(index)?;
        if !blob.fits_its_slot() || slots.contains(&blob.slot) {
            return Err(malformed(format!(
                "its code signature has a blob in slot {:#x} that does not belong there",
                blob.slot
            )));
        }
        let Range { start, end } = blob.range;
        if end < start + BLOB_HEAD_BYTES || end > list.length {
            return Err(malformed("a blob of its code signature has no valid length"));
        }
        let inside = list.place.slice(start..end);
        match blob.magic {
            CODE_DIRECTORY => {
                check_directory(&inside)?;
                matches_this_image |= matches_image(content, range.start, &inside)?;
            }
            CMS => check_cms(&inside)?,
            _ => {}
        }
        slots.push(blob.slot);
        used.push(start..end);
    }
    if !slots.contains(&0) || !matches_this_image {
        return Err(malformed(
            "its code signature has no code directory that can be checked",
        ));
    }
    check_rest(&list.place, used, "its code signature")
}

/// The list of blobs at the beginning of a signature.
struct BlobList {
    /// The whole range of the signature.
    place: Content,
    /// The length that the signature's header gives, in bytes.
    length: u64,
    /// Number of blobs.
    count: u64,
}

/// A blob, from its entry in the list and its own header. Offsets are relative to the signature.
struct Blob {
    slot: u32,
    magic: u32,
    range: Range<u64>,
}

impl BlobList {
    fn read(place: Content) -> Result<Self, MapFailure> {
        let head = Block::read(&place, 0, HEAD_BYTES as usize)?.with_endianness(true);
        let (length, count) = (u64::from(head.u32(4)?), head.u32(8)?);
        let is_count = (1..=MOST_BLOBS).contains(&count);
        if head.u32(0)? != SUPER_BLOB || length > place.length() || !is_count {
            return Err(malformed("its code signature has no valid list of blobs"));
        }
        Ok(Self {
            place,
            length,
            count: count.into(),
        })
    }

    fn own_range(&self) -> Range<u64> {
        0..HEAD_BYTES + self.count * ENTRY_BYTES
    }

    fn blob(&self, index: u64) -> Result<Blob, MapFailure> {
        let read = |at: u64, length: u64| -> Result<Block, MapFailure> {
            Ok(Block::read(&self.place, at, length as usize)?.with_endianness(true))
        };
        let entry = read(HEAD_BYTES + index * ENTRY_BYTES, ENTRY_BYTES)?;
        let start = u64::from(entry.u32(4)?);
        let head = read(start, BLOB_HEAD_BYTES)?;
        Ok(Blob {
            slot: entry.u32(0)?,
            magic: head.u32(0)?,
            range: start..start + u64::from(head.u32(4)?),
        })
    }
}

impl Blob {
    fn fits_its_slot(&self) -> bool {
        let fits =
            |(first, last, magic): &(u32, u32, u32)| (*first..=*last).contains(&self.slot) && *magic == self.magic;
        SLOTS.iter().any(fits)
    }
}

/// Whether a code directory is proven to match the image that ends at `end`.
///
/// # Errors
/// When it matches another image.
fn matches_image(content: &Content, end: u64, directory: &Content) -> Result<bool, MapFailure> {
    match pages_of(content, end, directory)? {
        Pages::Intact => Ok(true),
        // SHA-1, which is accepted beside a stronger one.
        Pages::NotChecked => Ok(false),
        Pages::Damaged => Err(malformed("its code signature is of another image")),
    }
}

/// Checks that a code directory consists of a header, texts and digests.
fn check_directory(blob: &Content) -> Result<(), MapFailure> {
    let bad = || malformed("a code directory of its signature is not well-formed");
    let word = |at: u64| -> Result<u32, MapFailure> { Block::read(blob, at, 4)?.with_endianness(true).u32(0) };
    let version = word(8)?;
    let header = HEADERS.iter().rev().find(|(first, _)| *first <= version);
    let &(_, header_bytes) = header.filter(|_| version <= 0x2_06ff).ok_or_else(bad)?;
    // Fields that are newer than its version count as zero.
    let field = |at: u64| if at < header_bytes { word(at) } else { Ok(0) };
    let text = |at: u64| -> Result<Range<u64>, MapFailure> {
        let bytes = blob.bytes(at, super::signature::LONGEST_TEXT_BYTES)?;
        let length = bytes.iter().position(|byte| *byte == 0).ok_or_else(bad)?;
        Ok(at..at + length as u64 + 1)
    };
    let hash_bytes = u64::from(Block::read(blob, 36, 1)?.bytes()[0]);
    let hashes = |at: u64, before: u64, count: u64| -> Result<Range<u64>, MapFailure> {
        let start = at.checked_sub(before * hash_bytes).ok_or_else(bad)?;
        Ok(start..at + count * hash_bytes)
    };
    let code = u64::from(word(28)?);
    let mut used = vec![
        0..header_bytes,
        text(word(20)?.into())?,
        hashes(word(16)?.into(), word(24)?.into(), code)?,
    ];
    // Two reserved words, and an offset that no tool writes: all must be zero.
    if [40, 44, 52].into_iter().any(|at| field(at).is_ok_and(|it| it != 0)) {
        return Err(bad());
    }
    if let team @ 1.. = field(48)? {
        used.push(text(team.into())?);
    }
    if let before @ 1.. = field(92)? {
        used.push(hashes(before.into(), 0, code)?);
    }
    if let linkage @ 1.. = u64::from(field(100)?) {
        used.push(linkage..linkage + u64::from(field(104)?));
    }
    check_rest(blob, used, "a code directory of its signature")
}

/// Checks the wrapper of a CMS signature, which is empty in an ad-hoc signature.
fn check_cms(blob: &Content) -> Result<(), MapFailure> {
    let inner = blob.slice(BLOB_HEAD_BYTES..blob.length());
    let bytes = inner.bytes(0, inner.length() as usize)?;
    if !bytes.is_empty() && ber::signed_data(&bytes, Rules::Ber)? != bytes.len() {
        return Err(malformed("something follows the certificate's signature"));
    }
    Ok(())
}

/// Checks that the used ranges neither overlap nor exceed `place`, and that only zeros lie between and after them.
fn check_rest(place: &Content, mut used: Vec<Range<u64>>, what: &str) -> Result<(), MapFailure> {
    used.sort_by_key(|range| range.start);
    let mut at = 0;
    for range in used {
        if range.start < at || range.end > place.length() {
            return Err(malformed(format!("parts of {what} overlap or are cut off")));
        }
        if !place.slice(at..range.start).is_zero()? {
            return Err(malformed(format!("something lies between the parts of {what}")));
        }
        at = range.end;
    }
    if !place.slice(at..place.length()).is_zero()? {
        return Err(malformed(format!("something follows {what}")));
    }
    Ok(())
}
