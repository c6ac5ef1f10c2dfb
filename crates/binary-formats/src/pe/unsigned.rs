//! Finds and checks the signature of a PE file, as defined by Microsoft's PE/COFF specification and `wintrust.h`.

use std::ops::Range;

use super::{CERTIFICATES, COFF_BYTES, Pe, SECTION_BYTES};
use crate::ber::{self, Rules};
use crate::block::Block;
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::normal_form::{NormalForm, Patch};

/// Alignment of certificates in bytes.
const ALIGNMENT: u64 = 8;
const ENTRY_BYTES: u64 = 8;
/// `wRevision`.
const REVISIONS: [u16; 2] = [0x100, 0x200];
/// `WIN_CERT_TYPE_PKCS_SIGNED_DATA`: PKCS #7 `SignedData`.
const SIGNED_DATA: u16 = 2;

impl Pe {
    /// Whether its headers refer to certificates, validly or not.
    pub(crate) fn claims_signature(&self) -> bool {
        let entry = self.directories.get(CERTIFICATES);
        entry.is_some_and(|entry| entry.address != 0 || entry.size_bytes != 0)
    }

    /// The file without its certificate table; its headers refer to no table and hold no checksum.
    ///
    /// # Errors
    /// When the table is not at the end of the file or holds anything but certificates, or when the checksum is wrong.
    pub(crate) fn without_signature(&self, content: &Content, limits: &Limits) -> Result<NormalForm, MapFailure> {
        self.check_checksum(content)?;
        let mut end = content.length();
        if self.claims_signature() {
            let table = self.certificates();
            let table = table.ok_or_else(|| malformed("its certificate table is empty"))?;
            self.check_certificates(content, &table, limits)?;
            end = table.start;
        }
        let mut patches = vec![Patch::zeros(self.checksum())];
        patches.extend(self.certificates_entry().map(Patch::zeros));
        Ok(NormalForm {
            end,
            patches,
            padded_bytes: end.next_multiple_of(ALIGNMENT),
        })
    }

    /// Checks that the certificate table is well-formed and ends the file.
    ///
    /// # Errors
    /// When it is not.
    fn check_certificates(&self, content: &Content, table: &Range<u64>, limits: &Limits) -> Result<(), MapFailure> {
        if table.start < self.last_use(content)? || table.end != content.length() {
            return Err(malformed("its certificate table is not what ends it"));
        }
        if table.start % ALIGNMENT != 0 {
            return Err(malformed(
                "its certificate table does not begin at a multiple of 8 bytes",
            ));
        }
        if table.end - table.start > limits.signature_bytes {
            return Err(malformed(format!(
                "its certificate table is longer than {} bytes",
                limits.signature_bytes
            )));
        }
        let mut at = table.start;
        while at < table.end {
            let entry = Block::read(content, at, ENTRY_BYTES as usize)?;
            let end = at + u64::from(entry.u32(0)?);
            let next = end.next_multiple_of(ALIGNMENT);
            if end <= at + ENTRY_BYTES || next > table.end {
                return Err(malformed("a certificate has no valid length"));
            }
            if !REVISIONS.contains(&entry.u16(4)?) || entry.u16(6)? != SIGNED_DATA {
                return Err(malformed("a certificate is of an unknown kind"));
            }
            let bytes = content.bytes(at + ENTRY_BYTES, (next - at - ENTRY_BYTES) as usize)?;
            let length = ber::signed_data(&bytes, Rules::Der)?;
            // The rest is padding, whether the certificate's length counts it or not.
            let padding = &bytes[length..];
            if padding.len() as u64 >= ALIGNMENT || padding.iter().any(|byte| *byte != 0) {
                return Err(malformed("something lies between its certificates"));
            }
            at = next;
        }
        Ok(())
    }

    /// End of the last byte that anything but the certificate table refers to.
    fn last_use(&self, content: &Content) -> Result<u64, MapFailure> {
        let headers = self.optional.end + (self.sections.len() * SECTION_BYTES) as u64;
        let sections = self.sections.iter().map(|section| section.range.end);
        let mut last = sections.fold(headers, u64::max);
        let coff = Block::read(content, self.coff_at, COFF_BYTES)?;
        if let symbols @ 1.. = u64::from(coff.u32(8)?) {
            let strings = symbols + 18 * u64::from(coff.u32(12)?);
            let strings_bytes = Block::read(content, strings, 4)?.u32(0)?;
            last = last.max(strings + u64::from(strings_bytes.max(4)));
        }
        for entry in self.debug_entries(content) {
            let entry = entry?;
            last = last.max(u64::from(entry.u32(24)?) + u64::from(entry.u32(16)?));
        }
        Ok(last)
    }

    /// Checks that the checksum carries no information: it must be zero, or the correct one.
    fn check_checksum(&self, content: &Content) -> Result<(), MapFailure> {
        let field = self.checksum();
        let claimed = Block::read(content, field.start, 4)?.u32(0)?;
        if claimed != 0 && u64::from(claimed) != checksum(content, &field)? {
            return Err(malformed("its CheckSum is neither 0 nor that of the file"));
        }
        Ok(())
    }
}

/// Computes a file's checksum: the sum of its 16-bit words with end-around carry, plus its length. `field` is the
/// checksum's own place, which is skipped.
fn checksum(content: &Content, field: &Range<u64>) -> Result<u64, MapFailure> {
    let mut sum = 0_u64;
    content.each_chunk(|at, chunk| {
        for (index, byte) in chunk.iter().enumerate() {
            let at = at + index as u64;
            if !field.contains(&at) {
                sum += u64::from(*byte) << (8 * (at & 1));
            }
        }
    })?;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    Ok(sum + content.length())
}
