//! `keygen`: makes a key pair for signing and verifying.

use std::path::PathBuf;

use build_attestation::keys::PrivateKey;
use clap::Args;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, atomic, outputs};

use crate::console::Console;
use crate::help::EXIT_CODES;

/// The private half.
const PRIVATE_FILE: &str = "signing.key";
/// The public half, for whoever verifies.
const PUBLIC_FILE: &str = "signing.pub";

/// Make an Ed25519 key pair for signing attestations
///
/// Writes signing.key (PKCS#8, unencrypted, readable by its owner alone) and signing.pub (SPKI) into DIR, both or
/// neither. Never replaces a key. Prints the public key's name, never the private key. Give signing.pub to those who
/// verify.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder for both files; neither may exist yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let places = [PRIVATE_FILE, PUBLIC_FILE].map(|name| self.out.join(name));
        outputs::claim_new(&[], &places.each_ref().map(PathBuf::as_path))?;
        let key = PrivateKey::generate()?;
        let public = key.public();
        let (private_pem, public_pem) = (key.to_pem(), public.to_pem());
        let files = [
            (PRIVATE_FILE, private_pem.as_bytes(), atomic::PRIVATE),
            (PUBLIC_FILE, public_pem.as_bytes(), atomic::PUBLIC),
        ];
        let staged = atomic::Staged::new_as(&self.out, &files)?;
        console.say(&format!("{}\n", public.fingerprint()))?;
        staged.appear()?;
        Ok(Status::Identical)
    }
}
