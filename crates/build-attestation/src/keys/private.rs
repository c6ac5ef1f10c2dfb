//! Generates, reads and uses private keys. No message prints a key, and the memory of a key is wiped after use.

use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ed25519_dalek::pkcs8::KeypairBytes;
use p256::pkcs8::der::SecretDocument;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding, PrivateKeyInfo};
use untrusted_input::InputError as _;
use untrusted_input::file;
use zeroize::Zeroizing;

use super::{KeyAlgorithm, NOT_DER, NOT_PEM, PublicKey, kind, only_block};
use crate::error::{Error, Result};

const LABEL: &str = "PRIVATE KEY";
const FORMAT: &str = "private key";

/// Unsupported kinds of PEM files: a part of the label, and the remedy.
const OTHER_LABELS: &[(&str, &str)] = &[
    (
        "ENCRYPTED",
        "decrypt it into a file that only you can read: `(umask 077; openssl pkcs8 -in KEY -out NEW)`",
    ),
    (
        "EC PRIVATE",
        "convert it to PKCS#8: `(umask 077; openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW)`",
    ),
    (
        "OPENSSH",
        "make a key with `rebuild-verifier keygen`, since OpenSSH's format is not read",
    ),
    ("PUBLIC", "give the private key that belongs to it"),
];
const REMEDY: &str =
    "give an unencrypted PKCS#8 PEM file with one Ed25519 or P-256 key, as `rebuild-verifier keygen` writes it";

/// A private key for signing.
pub enum PrivateKey {
    /// Ed25519.
    Ed25519(ed25519_dalek::SigningKey),
    /// ECDSA on P-256 with SHA-256.
    P256(p256::ecdsa::SigningKey),
}

impl PrivateKey {
    /// Generates an Ed25519 key from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system provides no randomness.
    pub fn generate() -> Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|cause| Error::Randomness(cause.to_string()))?;
        Ok(Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// Reads a key from a PEM file that only its owner can read.
    ///
    /// # Errors
    /// When the file cannot be read, others may read or write it, the key is encrypted, or the file does not hold
    /// exactly one key of a supported kind.
    pub fn read(path: &Path) -> Result<Self> {
        let invalid = |why, remedy| Error::invalid(path, FORMAT, why, remedy);
        let pem = Zeroizing::new(file::read(path, FORMAT, super::LONGEST_BYTES)?);
        let mode = path
            .metadata()
            .map_err(|cause| Error::read(path, cause))?
            .permissions()
            .mode()
            & 0o777;
        if mode & 0o077 != 0 {
            let why = format!("its mode is {mode:04o}, so others may read or change it");
            return Err(invalid(
                why,
                "make it yours alone with `chmod 600`, and replace it if somebody may have read it",
            ));
        }
        let text = std::str::from_utf8(&pem).map_err(|_| invalid("it is not PEM".into(), REMEDY))?;
        Self::from_pem(text).map_err(|why| {
            let label = text
                .lines()
                .find_map(|line| line.strip_prefix("-----BEGIN "))
                .unwrap_or_default();
            let other = OTHER_LABELS.iter().find(|(part, _)| label.contains(part));
            invalid(why, other.map_or(REMEDY, |(_, remedy)| remedy))
        })
    }

    /// Parses one PKCS#8 private key in PEM.
    ///
    /// # Errors
    /// What is wrong with the text, without any part of the key.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        only_block(pem, LABEL)?;
        let (_, der) = SecretDocument::from_pem(pem).map_err(|_| NOT_PEM.to_owned())?;
        let der = der.as_bytes();
        let info = PrivateKeyInfo::try_from(der).map_err(|_| NOT_DER.to_owned())?;
        match kind(info.algorithm.oid, info.algorithm.parameters_oid().ok())? {
            KeyAlgorithm::Ed25519 => ed25519_dalek::SigningKey::from_pkcs8_der(der).map(Self::Ed25519),
            KeyAlgorithm::P256 => p256::ecdsa::SigningKey::from_pkcs8_der(der).map(Self::P256),
        }
        .map_err(|_| NOT_DER.to_owned())
    }

    /// The key as PKCS#8 in PEM, with a line feed at the end. It is version 1, without the public half, because every
    /// reader accepts that version.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let pem = match self {
            Self::Ed25519(key) => {
                let pair = KeypairBytes {
                    secret_key: key.to_bytes(),
                    public_key: None,
                };
                pair.to_pkcs8_pem(LineEnding::LF)
            }
            Self::P256(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        #[allow(clippy::expect_used, reason = "the length of both kinds is fixed")]
        pem.expect("a valid key can be encoded")
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Self::P256(key) => PublicKey::P256(*key.verifying_key()),
        }
    }

    /// Signs `message`, deterministically: 64 raw bytes for Ed25519, DER for ECDSA.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        use p256::ecdsa::signature::Signer as _;
        match self {
            Self::Ed25519(key) => key.sign(message).to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey of {}", self.public().fingerprint())
    }
}
