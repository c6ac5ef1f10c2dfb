//! JSON in and out: files that are read have a limit, text that is written is the same for the same value.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;
use serde::Serialize;

use crate::error::{Error, Result};

/// Where reading stops, so that no input takes more time or memory than it is worth.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A definition, in bytes.
    pub definition_bytes: u64,
    /// A derivation, in bytes.
    pub derivation_bytes: u64,
    /// Derivations from which one is built, all together.
    pub derivations: usize,
    /// A `statement.json`, in bytes.
    pub statement_bytes: u64,
    /// A `comparison.json`, in bytes: more than a hundred thousand entries, in less than 1 GiB of memory.
    pub comparison_bytes: u64,
    /// The same in JSON values.
    pub comparison_values: usize,
    /// The `comparison.json` of all results that are put into one report, in bytes.
    pub reported_bytes: u64,
    /// Values of any other JSON document, those included that are ignored.
    pub json_values: usize,
    /// A `failure.json`, in bytes.
    pub failure_bytes: u64,
    /// A file of a source that a definition names, in bytes.
    pub source_file_bytes: u64,
    /// A key in PEM, in bytes.
    pub key_bytes: u64,
    /// A policy, in bytes.
    pub policy_bytes: u64,
    /// A file of attestations, in bytes: large enough for any statement.
    pub attestation_bytes: u64,
    /// Attestations in one file.
    pub attestations: usize,
    /// Signatures of one attestation; each is tried with each trusted key.
    pub signatures: usize,
    /// What one attestation's signatures are over, once for each of them, in bytes: so much is hashed for a trusted key.
    pub signed_bytes: usize,
    /// A document that is looked into as JSON while a difference is explained, in bytes.
    pub document_bytes: u64,
    /// A code signature, in bytes.
    pub signature_bytes: u64,
    /// The documents of an OCI image layout, in bytes.
    pub layout_bytes: u64,
    /// Sections, members, headers of one file, with those of what is nested in it and looked into at the same time.
    pub parts: usize,
    /// The same for fields.
    pub fields: usize,
    /// The same for the names and values of parts and fields, in bytes.
    pub text_bytes: usize,
    /// Notes of an ELF file.
    pub notes: usize,
    /// How deep contents are looked into that lie in one another.
    pub nested_depth: usize,
    /// What is unpacked of one file, in bytes.
    pub unpacked_bytes: u64,
    /// What may be unpacked of one file however small it is, in bytes.
    pub unpacked_free_bytes: u64,
    /// How many times its own size may be unpacked of one file besides.
    pub unpacked_times: u64,
    /// How many times its own size a stream may unpack to.
    pub expansion_ratio: u64,
    /// Places at which a part differs that are each looked at; what lies behind them is only counted.
    pub places: usize,
    /// The same for all parts of a pair of files together; of each further part, only the first place is looked at.
    pub places_of_a_file: usize,
    /// Explanations of one pair of files.
    pub explanations_of_a_file: usize,
    /// Explanations of a whole comparison.
    pub explanations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            definition_bytes: 16 << 20,
            derivation_bytes: 16 << 20,
            derivations: 100_000,
            statement_bytes: 16 << 20,
            comparison_bytes: 64 << 20,
            comparison_values: 8 << 20,
            reported_bytes: 96 << 20,
            json_values: 256 << 10,
            failure_bytes: 1 << 20,
            source_file_bytes: 64 << 20,
            key_bytes: 64 << 10,
            policy_bytes: 1 << 20,
            attestation_bytes: 64 << 20,
            document_bytes: 16 << 20,
            signature_bytes: 16 << 20,
            layout_bytes: 8 << 20,
            parts: 100_000,
            fields: 200_000,
            text_bytes: 16 << 20,
            notes: 4096,
            nested_depth: 8,
            unpacked_bytes: 2 << 30,
            unpacked_free_bytes: 64 << 20,
            unpacked_times: 20,
            expansion_ratio: 500,
            places: 256,
            places_of_a_file: 4096,
            explanations_of_a_file: 40,
            explanations: 1000,
            attestations: 4096,
            signatures: 16,
            signed_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// Checks what it would take to look at every signature of an attestation over so many bytes.
    ///
    /// # Errors
    /// When it is too much.
    pub(crate) fn check_signed(
        &self,
        signatures: usize,
        bytes: usize,
    ) -> std::result::Result<(), String> {
        if signatures > self.signatures {
            return Err(format!(
                "it has {signatures} signatures, more than {}",
                self.signatures
            ));
        }
        match signatures.saturating_mul(bytes) > self.signed_bytes {
            true => Err(format!(
                "it has {signatures} signatures over {bytes} bytes, more than {} bytes in all",
                self.signed_bytes
            )),
            false => Ok(()),
        }
    }
}

/// Reads a whole file.
///
/// # Errors
/// When it cannot be read, is no regular file, or is longer than `limit_bytes`.
pub fn read(path: &Path, format: &'static str, limit_bytes: u64) -> Result<Vec<u8>> {
    let failed = |cause| Error::read(path, cause);
    let invalid = |why| Error::Invalid {
        path: path.into(),
        format,
        why,
        remedy: "name another file",
    };
    let check = |metadata: Metadata| match metadata.is_file() {
        true => Ok(()),
        false => Err(invalid("it is not a regular file".into())),
    };
    // Looked at before it is opened: opening a device may set something off. And after, since it may be another by then;
    // a named pipe is opened without waiting for its writer.
    check(path.metadata().map_err(failed)?)?;
    let file = File::options()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits() as i32)
        .open(path)
        .map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let length = metadata.len();
    check(metadata)?;
    let too_long = || invalid(format!("it is longer than {limit_bytes} bytes"));
    // Before any memory is taken for it, and once more below: it may grow, or not say how long it is.
    if length > limit_bytes {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(limit_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit_bytes {
        return Err(too_long());
    }
    Ok(bytes)
}

/// Indented JSON with a line feed at the end.
///
/// Only for this crate's own documents: all their map keys are strings, so that writing them cannot fail.
pub(crate) fn to_json(document: &impl Serialize) -> Vec<u8> {
    #[allow(clippy::expect_used, reason = "see above")]
    let mut json = serde_json::to_vec_pretty(document).expect("map keys are strings");
    json.push(b'\n');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_at_its_limit_is_read_and_one_byte_more_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, "test", 5).unwrap(), b"12345");
        assert!(
            read(&path, "test", 4)
                .unwrap_err()
                .to_string()
                .contains("longer than 4 bytes")
        );
    }

    #[test]
    fn what_is_no_regular_file_is_refused_unread() {
        assert!(
            read(Path::new("/dev/zero"), "test", 5)
                .unwrap_err()
                .to_string()
                .contains("not a regular file")
        );
        assert!(matches!(
            read(Path::new("no-such-file"), "test", 5),
            Err(Error::Read { .. })
        ));
    }
}
