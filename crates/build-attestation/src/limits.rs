//! How much of a file of attestations is read.

use untrusted_input::json;

/// Where reading attestations stops, so that no file of them takes more time or memory than it is worth.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A file of attestations, in bytes: large enough for any statement.
    pub attestation_bytes: u64,
    /// Attestations in one file.
    pub attestations: usize,
    /// Signatures of one attestation; each is tried with each trusted key.
    pub signatures: usize,
    /// What one attestation's signatures are over, once for each of them, in bytes: so much is hashed for a trusted key.
    pub signed_bytes: usize,
    /// Values of any other JSON document, those included that are ignored.
    pub json_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attestation_bytes: 64 << 20,
            attestations: 4096,
            signatures: 16,
            signed_bytes: 64 << 20,
            json_values: json::VALUES,
        }
    }
}

impl Limits {
    /// Checks what it would take to look at every signature of an attestation over so many bytes.
    ///
    /// # Errors
    /// When it is too much.
    pub(crate) fn check_signed(&self, signatures: usize, bytes: usize) -> std::result::Result<(), String> {
        if signatures > self.signatures {
            return Err(format!("it has {signatures} signatures, more than {}", self.signatures));
        }
        if signatures.saturating_mul(bytes) > self.signed_bytes {
            return Err(format!(
                "it has {signatures} signatures over {bytes} bytes, more than {} bytes in all",
                self.signed_bytes
            ));
        }
        Ok(())
    }
}
