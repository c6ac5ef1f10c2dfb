//! Contents without their code signatures: the normal form that a comparison at level `unsigned` uses.
//!
//! | format | left out |
//! |---|---|
//! | PE | the certificate table at the end, the directory entry that points to it, the checksum |
//! | Mach-O | the signature at the end of `__LINKEDIT`, its load command, the size of that segment |
//!
//! The rest is padded with zeros as signing tools do, so that a signed and an unsigned file can be compared. Only a
//! well-formed signature is left out: it must end its file or image, be of a kind that the format defines, and hold
//! nothing else. The certificates in it are not examined. A malformed signature is an error: nothing can be decided.

use sha2::Digest as _;
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::format::Format;

use crate::content::Content;
use crate::error::{Error, MapFailure, Result, malformed};
use crate::formats::detect;
use crate::limits::Limits;
use crate::macho::{self, MachO, Slice};
use crate::normal_form::{NormalForm, Patch};
use crate::pe::Pe;

/// First piece of every digest, for domain separation.
const DOMAIN: &[u8] = b"samebits contents without signatures, version 2";

/// The digest that both contents share without their signatures. `None` if neither claims to be signed, if they differ
/// elsewhere too, or if either is not an executable that can be signed.
///
/// # Errors
/// When either cannot be read, or when one claims to be signed and what would be left out is malformed.
pub fn common_digest(original: &Content, rebuilt: &Content) -> Result<Option<Sha256>> {
    let format = detect(original)?;
    if format != detect(rebuilt)? {
        return Ok(None);
    }
    let limits = Limits::default();
    let read = |content| match Signable::read(format, content, &limits) {
        Ok(signable) => Ok(signable),
        // A malformed file is plain bytes, and those differ.
        Err(MapFailure::Malformed(_)) => Ok(None),
        Err(MapFailure::Unreadable(error)) => Err(error),
    };
    let (Some(ours), Some(theirs)) = (read(original)?, read(rebuilt)?) else {
        return Ok(None);
    };
    if !ours.claims_signature() && !theirs.claims_signature() {
        return Ok(None);
    }
    let digest = |signable: &Signable, content: &Content| {
        let digest = signable.digest(content, &limits);
        digest.map_err(|failure| match failure {
            MapFailure::Unreadable(error) => error,
            MapFailure::Malformed(why) => Error::invalid(
                content.path(),
                "signed executable",
                why,
                "compare with --level bits, which leaves nothing out",
            ),
        })
    };
    let common = digest(&ours, original)?;
    Ok((common == digest(&theirs, rebuilt)?).then_some(common))
}

/// An executable that can be signed, with its headers parsed.
enum Signable {
    Pe(Box<Pe>),
    Image(MachO),
    Universal(Vec<(Slice, MachO)>),
}

impl Signable {
    fn read(format: Format, content: &Content, limits: &Limits) -> Result<Option<Self>, MapFailure> {
        Ok(match format {
            Format::Pe => Some(Self::Pe(Box::new(Pe::read(content, limits)?))),
            Format::MachO => {
                let slices = macho::slices(content)?;
                if slices.is_empty() {
                    return Ok(Some(Self::Image(MachO::read(content, limits)?)));
                }
                let image = |slice: Slice| {
                    let image = MachO::read(&content.slice(slice.range.clone()), limits)?;
                    Ok((slice, image))
                };
                let images: Result<_, MapFailure> = slices.into_iter().map(image).collect();
                Some(Self::Universal(images?))
            }
            _ => None,
        })
    }

    fn claims_signature(&self) -> bool {
        match self {
            Self::Pe(pe) => pe.claims_signature(),
            Self::Image(image) => image.claims_signature(),
            Self::Universal(images) => images.iter().any(|(_, image)| image.claims_signature()),
        }
    }

    /// The digest of its normal form: length-prefixed pieces.
    fn digest(&self, content: &Content, limits: &Limits) -> Result<Sha256, MapFailure> {
        let mut form = Form::default();
        form.piece(DOMAIN);
        match self {
            Self::Pe(pe) => {
                form.piece(b"PE");
                form.file(content, pe.without_signature(content, limits)?)?;
            }
            Self::Image(image) => {
                form.piece(b"Mach-O");
                form.file(content, image.without_signature(content, limits)?)?;
            }
            Self::Universal(images) => {
                form.piece(b"universal Mach-O");
                form.piece(&content.bytes(0, 8)?);
                let mut at = images.last().map_or(0, |(slice, _)| slice.entry.end);
                for (slice, image) in images {
                    // Each image must begin right after the previous one, so that its offset carries no information.
                    let gap = content.slice(at..slice.range.start);
                    if Some(slice.range.start) != slice.place_after(at) || !gap.is_zero()? {
                        return Err(malformed("its images overlap, or something lies between them"));
                    }
                    at = slice.range.end;
                    // The whole entry except offset and size.
                    form.piece(&content.bytes(slice.entry.start, 8)?);
                    form.piece(&content.slice(slice.kept.clone()).bytes(0, 8)?);
                    let content = content.slice(slice.range.clone());
                    form.file(&content, image.without_signature(&content, limits)?)?;
                }
                if at != content.length() {
                    return Err(malformed("something follows its last image, or it is cut off"));
                }
            }
        }
        Ok(form.0.into())
    }
}

/// The running hash of a normal form.
#[derive(Default)]
struct Form(sha2::Sha256);

impl Form {
    fn length(&mut self, bytes: u64) {
        self.0.update(bytes.to_be_bytes());
    }

    fn piece(&mut self, bytes: &[u8]) {
        self.length(bytes.len() as u64);
        self.0.update(bytes);
    }

    /// Hashes a file or an image without its signature.
    fn file(&mut self, content: &Content, without: NormalForm) -> Result<(), MapFailure> {
        let NormalForm {
            end,
            patches,
            padded_bytes,
        } = without;
        self.length(padded_bytes);
        let mut at = 0;
        for Patch { range, bytes } in patches {
            if range.start < at || range.end > end {
                return Err(malformed("its headers overlap"));
            }
            self.bytes(&content.slice(at..range.start))?;
            self.0.update(bytes);
            at = range.end;
        }
        self.bytes(&content.slice(at..end))?;
        self.0.update(vec![0; (padded_bytes - end) as usize]);
        Ok(())
    }

    fn bytes(&mut self, content: &Content) -> Result<(), MapFailure> {
        Ok(content.each_chunk(|_, chunk| self.0.update(chunk))?)
    }
}

#[cfg(test)]
mod tests;
