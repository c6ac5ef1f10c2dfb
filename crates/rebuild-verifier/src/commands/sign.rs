//! `sign`: signs a statement.

use std::path::PathBuf;

use build_attestation::keys::PrivateKey;
use build_attestation::sign::{self, SignedFormat};
use clap::{Args, ValueEnum};
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, comparison_text};

use super::common::{OutputDocument, claim, deliver};
use crate::console::Console;
use crate::help::EXIT_CODES;

/// Sign an in-toto statement
///
/// Checks that STATEMENT is an in-toto Statement v1, then writes a sigstore bundle v0.3, or a DSSE envelope on one line
/// if BUNDLE ends in .intoto.jsonl. Each file has one signature: builders that agree each sign their own statement. The
/// same statement and key give the same bytes.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Private key: Ed25519 or ECDSA P-256, unencrypted PKCS#8 PEM, readable by its owner alone
    #[arg(long, value_name = "KEY")]
    key: PathBuf,
    /// The statement, as `rebuild-verifier attest` writes it
    statement: PathBuf,
    /// Where to write the signed statement; `-` is standard output
    #[arg(long, short, value_name = "BUNDLE")]
    out: PathBuf,
    /// Format of the signed statement, instead of the one that its file name selects
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FormatChoice>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatChoice {
    /// A sigstore bundle v0.3
    Bundle,
    /// A DSSE envelope on one line
    Dsse,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let format = match self.format {
            Some(FormatChoice::Bundle) => SignedFormat::Bundle,
            Some(FormatChoice::Dsse) => SignedFormat::Line,
            None => SignedFormat::of(&self.out),
        };
        claim(&[&self.key, &self.statement], &[&self.out])?;
        let key = PrivateKey::read(&self.key)?;
        let signed = sign::sign(&self.statement, &key, format)?;
        let documents = [OutputDocument::new(&self.out, || signed.clone())];
        deliver(console, &documents, Staged::default(), |_| {
            let out = comparison_text::shell_word(&self.out);
            format!("signed with {}: {out}\n", key.public().fingerprint())
        })?;
        Ok(Status::Identical)
    }
}
