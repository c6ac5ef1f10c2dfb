//! Checks a statement, signs it, and writes it as an envelope or a bundle.

use std::path::Path;

use untrusted_input::InputError as _;
use untrusted_input::file;

use crate::dsse;
use crate::error::{Error, Result};
use crate::intoto::Statement;
use crate::keys::PrivateKey;

/// The file name suffix of DSSE envelopes in JSON Lines.
pub(crate) const LINES_SUFFIX: &str = ".intoto.jsonl";

/// The format of a signed statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedFormat {
    /// A sigstore bundle v0.3.
    Bundle,
    /// A DSSE envelope on one line.
    Line,
}

impl SignedFormat {
    /// Chooses the format by the name of the output file.
    pub fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default();
        if name.as_encoded_bytes().ends_with(LINES_SUFFIX.as_bytes()) {
            Self::Line
        } else {
            Self::Bundle
        }
    }
}

/// Signs the statement in a file. The same statement and key always give the same bytes.
///
/// # Errors
/// When the statement cannot be read, or breaks a rule of in-toto statements.
pub fn sign(statement: &Path, key: &PrivateKey, format: SignedFormat) -> Result<Vec<u8>> {
    const FORMAT: &str = "statement";
    let payload = file::read(statement, FORMAT, crate::statement::LONGEST_BYTES)?;
    Statement::from_json(&payload).map_err(|why| {
        Error::invalid(
            statement,
            FORMAT,
            why,
            "sign an in-toto Statement v1, as `rebuild-verifier attest` writes it",
        )
    })?;
    Ok(match format {
        SignedFormat::Bundle => dsse::to_bundle(&payload, key),
        SignedFormat::Line => dsse::to_line(&payload, key),
    })
}
