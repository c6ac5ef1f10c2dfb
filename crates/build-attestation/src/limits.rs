//! Limits for reading attestations.

use untrusted_input::json;

/// Limits for reading attestations. They bound the time and memory that a hostile file can take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest file, in bytes. It is large enough for any statement.
    pub attestation_bytes: u64,
    /// The most attestations in one file.
    pub attestations: usize,
    /// The most signatures of one attestation. Each is checked with each trusted key.
    pub signatures: usize,
    /// The most bytes to hash for one attestation and one trusted key: the signed bytes times the number of signatures.
    pub signed_bytes: usize,
    /// The most values in the JSON of one attestation. Ignored values count too.
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
    /// Checks the cost of verifying this many signatures over `bytes` bytes.
    ///
    /// # Errors
    /// The limit that the attestation exceeds.
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
