//! Mach-O code signatures: the super blob, its code directory, whether there is a certificate, and whether the image's
//! pages match their signed digests. The certificate itself is not examined.

use std::ops::Range;

use serde::Serialize;

use crate::block::{Block, shown_hex, shown_text, until_nul};
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::map::Builder;

pub(super) const SUPER_BLOB: u32 = 0xfade_0cc0;
pub(super) const CODE_DIRECTORY: u32 = 0xfade_0c02;
pub(super) const CMS: u32 = 0xfade_0b01;
/// First code directory version with a team identifier.
const WITH_TEAM: u32 = 0x2_0200;
/// Upper limit on blobs; no signature has as many.
pub(super) const MOST_BLOBS: u32 = 32;
pub(super) const LONGEST_TEXT_BYTES: usize = 1024;

/// A way of hashing pages.
struct HashType {
    /// `hashType`.
    id: u8,
    /// Stored length of a digest in bytes.
    kept_bytes: usize,
    digest: fn(&[u8]) -> Vec<u8>,
}

/// The supported types, weakest first. The system uses the strongest that it finds.
const HASH_TYPES: [HashType; 3] = [
    HashType {
        id: 3,
        kept_bytes: 20,
        digest: digest::<sha2::Sha256>,
    },
    HashType {
        id: 2,
        kept_bytes: 32,
        digest: digest::<sha2::Sha256>,
    },
    HashType {
        id: 4,
        kept_bytes: 48,
        digest: digest::<sha2::Sha384>,
    },
];

/// Supported page sizes as powers of two: 4 KiB, the smallest page of any system, to 64 KiB. Smaller pages would need a
/// digest for every few bytes; larger ones, or one page for all, would need as much memory as the file has bytes.
const PAGES: std::ops::RangeInclusive<u8> = 12..=16;

/// Whether every page of an image, up to its signature, matches its signed digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pages {
    /// Every page matches.
    Intact,
    /// A page does not match or is not covered.
    Damaged,
    /// This kind of signature, digest or page size is not supported here.
    NotChecked,
}

/// The contents of a code signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeSignature {
    /// The signing identifier.
    pub identifier: String,
    /// The team identifier, if there is one.
    pub team: Option<String>,
    /// Whether it holds a signature by a certificate.
    pub has_certificate: bool,
}

/// A blob of a signature.
struct Blob {
    magic: u32,
    /// Its offset in the content.
    at: u64,
    /// Its length, from its own header.
    length: u32,
}

/// Reads every blob of a signature, in the order of its list.
fn blobs(content: &Content, range: &Range<u64>) -> Result<Vec<Blob>, MapFailure> {
    let head = Block::read(content, range.start, 12)?.with_endianness(true);
    if head.u32(0)? != SUPER_BLOB {
        return Err(malformed("its code signature has no valid list of blobs"));
    }
    let mut blobs = Vec::new();
    for index in 0..head.u32(8)?.min(MOST_BLOBS) {
        let entry = Block::read(content, range.start + 12 + u64::from(index) * 8, 8)?.with_endianness(true);
        let at = range.start + u64::from(entry.u32(4)?);
        let head = Block::read(content, at, 8)?.with_endianness(true);
        blobs.push(Blob {
            magic: head.u32(0)?,
            at,
            length: head.u32(4)?,
        });
    }
    Ok(blobs)
}

/// Reads a signature.
///
/// # Errors
/// When the range holds no signature, or one that is cut off.
pub fn read(content: &Content, range: &Range<u64>) -> Result<CodeSignature, MapFailure> {
    let mut signature = CodeSignature::default();
    for Blob { magic, at, length } in blobs(content, range)? {
        if magic == CODE_DIRECTORY && signature.identifier.is_empty() {
            let directory = Block::read(content, at, 44)?.with_endianness(true);
            let text = |offset: u32| -> Result<String, MapFailure> {
                let bytes = content.bytes(at + u64::from(offset), LONGEST_TEXT_BYTES)?;
                Ok(untrusted_input::spelling::escape(until_nul(&bytes)))
            };
            signature.identifier = text(directory.u32(20)?)?;
            if directory.u32(8)? >= WITH_TEAM {
                let offset = Block::read(content, at + 48, 4)?.with_endianness(true).u32(0)?;
                if offset != 0 {
                    signature.team = Some(text(offset)?);
                }
            }
        }
        // An ad-hoc signature may have this blob too, but empty.
        signature.has_certificate |= magic == CMS && length > 8;
    }
    Ok(signature)
}

/// Checks the pages of the image before its signature against their signed digests.
///
/// # Errors
/// When the range holds no signature, or one that is cut off.
pub fn pages(content: &Content, range: &Range<u64>) -> Result<Pages, MapFailure> {
    let mut strongest: Option<(usize, u64)> = None;
    for blob in blobs(content, range)? {
        if blob.magic == CODE_DIRECTORY {
            let hash_type = Block::read(content, blob.at, 44)?.bytes()[37];
            let rank = HASH_TYPES.iter().position(|row| row.id == hash_type);
            strongest = strongest.max(rank.map(|rank| (rank, blob.at)));
        }
    }
    match strongest {
        None => Ok(Pages::NotChecked),
        Some((_, at)) => pages_of(content, range.start, &content.slice(at..content.length())),
    }
}

/// Checks the pages of the image before `end` against one code directory.
pub(super) fn pages_of(content: &Content, end: u64, blob: &Content) -> Result<Pages, MapFailure> {
    let directory = Block::read(blob, 0, 44)?.with_endianness(true);
    let [kept, hash_type, _, log2] = [36, 37, 38, 39].map(|at: usize| directory.bytes()[at]);
    let Some(hash) = HASH_TYPES.iter().find(|row| row.id == hash_type) else {
        return Ok(Pages::NotChecked);
    };
    let kept_bytes = hash.kept_bytes;
    if !PAGES.contains(&log2) {
        return Ok(Pages::NotChecked);
    }
    let page_bytes = 1_u64 << log2;
    let (hashes_at, count) = (u64::from(directory.u32(16)?), u64::from(directory.u32(28)?));
    let covers_all = u64::from(directory.u32(32)?) == end && count == end.div_ceil(page_bytes);
    if !covers_all || usize::from(kept) != kept_bytes {
        return Ok(Pages::Damaged);
    }
    let (mut page, mut signed) = (vec![0; page_bytes as usize], vec![0; kept_bytes]);
    for index in 0..count {
        let page_at = index * page_bytes;
        let length = page_bytes.min(end - page_at) as usize;
        let read = content.read(page_at, &mut page[..length])?;
        let digest_bytes = blob.read(hashes_at + index * kept_bytes as u64, &mut signed)?;
        let is_whole = (read, digest_bytes) == (length, kept_bytes);
        if !is_whole || (hash.digest)(&page[..length])[..kept_bytes] != signed {
            return Ok(Pages::Damaged);
        }
    }
    Ok(Pages::Intact)
}

fn digest<D: sha2::Digest>(page: &[u8]) -> Vec<u8> {
    D::digest(page).to_vec()
}

/// Adds the known fields of a signature to the map of its file.
pub(super) fn map(content: &Content, range: Range<u64>, builder: &mut Builder) -> Result<(), MapFailure> {
    let blobs = match blobs(content, &range) {
        // Compared as bytes.
        Err(MapFailure::Malformed(_)) => return Ok(()),
        blobs => blobs?,
    };
    for Blob { magic, at, .. } in blobs {
        if magic != CODE_DIRECTORY {
            continue;
        }
        let directory = Block::read(content, at, 44)?.with_endianness(true);
        let flags = directory.show(12, 4, crate::block::Show::Hex)?;
        builder.field("flags", directory.range(12, 4), flags, false)?;
        let limit = directory.u32(32)?.to_string();
        builder.field("codeLimit", directory.range(32, 4), limit, true)?;
        let identifier_at = at + u64::from(directory.u32(20)?);
        let bytes = content.bytes(identifier_at, LONGEST_TEXT_BYTES)?;
        let identifier = until_nul(&bytes);
        builder.field(
            "identifier",
            identifier_at..identifier_at + identifier.len() as u64,
            shown_text(identifier),
            false,
        )?;
        let hash_bytes = u64::from(directory.bytes()[36]);
        let first = at + u64::from(directory.u32(16)?);
        let special = u64::from(directory.u32(24)?) * hash_bytes;
        let code = u64::from(directory.u32(28)?) * hash_bytes;
        let start = first.saturating_sub(special);
        let bytes = content.bytes(start, 32)?;
        builder.field("hashes", start..first + code, shown_hex(&bytes), true)?;
    }
    Ok(())
}
