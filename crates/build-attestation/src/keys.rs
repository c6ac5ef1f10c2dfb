//! Keys and signatures: Ed25519 (RFC 8032) and ECDSA on P-256 with SHA-256, in PEM (RFC 7468) as PKCS#8 and SPKI.
//!
//! Both kinds sign deterministically (ECDSA by RFC 6979): the same key and message always give the same signature. The
//! key alone determines the signature algorithm, never a field beside the signature.

mod private;

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use p256::pkcs8::der::Decode as _;
use p256::pkcs8::der::asn1::ObjectIdentifier;
use p256::pkcs8::spki::SubjectPublicKeyInfoRef;
use p256::pkcs8::{DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use sha2::Digest as _;
use untrusted_input::InputError as _;
use untrusted_input::file;

use crate::error::{Error, Result};

pub use private::PrivateKey;

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ELLIPTIC_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// The PEM labels that messages may quote.
const LABELS: [&str; 11] = [
    "PUBLIC KEY",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "EC PRIVATE KEY",
    "RSA PRIVATE KEY",
    "DSA PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "ENCRYPTED COSIGN PRIVATE KEY",
    "ENCRYPTED SIGSTORE PRIVATE KEY",
    "RSA PUBLIC KEY",
    "CERTIFICATE",
];

// Messages about damaged keys use only this crate's words: the libraries' own messages may quote the key.
const NOT_PEM: &str = "its PEM is damaged";
const NOT_DER: &str = "its key is damaged, or is not of the kind that its PEM says";

const PUBLIC_LABEL: &str = "PUBLIC KEY";
/// The longest key that is read, in bytes.
pub const LONGEST_BYTES: u64 = 64 << 10;
const PUBLIC_FORMAT: &str = "public key";
const PUBLIC_REMEDY: &str =
    "give a PEM file with one Ed25519 or P-256 public key, as `rebuild-verifier keygen` writes it";

/// A public key. Two are equal if and only if they are the same key, whatever their encoding was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519.
    Ed25519(ed25519_dalek::VerifyingKey),
    /// ECDSA on P-256 with SHA-256.
    P256(p256::ecdsa::VerifyingKey),
}

impl AsRef<Self> for PublicKey {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl PublicKey {
    /// Reads a key from a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read, or does not hold exactly one key of a supported kind.
    pub fn read(path: &Path) -> Result<Self> {
        let pem = file::read(path, PUBLIC_FORMAT, LONGEST_BYTES)?;
        let text = std::str::from_utf8(&pem).map_err(|_| NOT_PEM.to_owned());
        text.and_then(Self::from_pem)
            .map_err(|why| Error::invalid(path, PUBLIC_FORMAT, why, PUBLIC_REMEDY))
    }

    /// Parses one SPKI public key in PEM.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        only_block(pem, PUBLIC_LABEL)?;
        let (_, der) = p256::pkcs8::der::Document::from_pem(pem).map_err(|_| NOT_PEM.to_owned())?;
        Self::from_spki(der.as_bytes())
    }

    fn from_spki(der: &[u8]) -> Result<Self, String> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| NOT_DER.to_owned())?;
        match kind(spki.algorithm.oid, spki.algorithm.parameters_oid().ok())? {
            KeyAlgorithm::Ed25519 => {
                let key = ed25519(&spki).ok_or_else(|| NOT_DER.to_owned())?;
                if key.is_weak() {
                    return Err("it is a weak Ed25519 key: anybody can make signatures for it".into());
                }
                Ok(Self::Ed25519(key))
            }
            KeyAlgorithm::P256 => p256::ecdsa::VerifyingKey::from_public_key_der(der)
                .map(Self::P256)
                .map_err(|_| NOT_DER.to_owned()),
        }
    }

    /// The key as SPKI in PEM, with a line feed at the end.
    pub fn to_pem(&self) -> String {
        let pem = match self {
            Self::Ed25519(key) => key.to_public_key_pem(LineEnding::LF),
            Self::P256(key) => key.to_public_key_pem(LineEnding::LF),
        };
        #[allow(clippy::expect_used, reason = "the length of both kinds is fixed")]
        pem.expect("a valid key can be encoded")
    }

    /// Whether `signature` is a valid signature of this key over exactly `message`: 64 raw bytes for Ed25519, DER for
    /// ECDSA.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .and_then(|signature| key.verify_strict(message, &signature))
                .is_ok(),
            Self::P256(key) => {
                use p256::ecdsa::signature::Verifier as _;
                p256::ecdsa::Signature::from_der(signature)
                    .and_then(|signature| key.verify(message, &signature))
                    .is_ok()
            }
        }
    }

    /// The key's fingerprint as `ssh-keygen -l` prints it: `SHA256:` and the unpadded base64 of the SHA-256 of its SSH
    /// encoding.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut ssh = Vec::new();
        let mut push = |bytes: &[u8]| {
            // The cast cannot truncate: every part is far shorter than 4 GiB.
            ssh.extend((bytes.len() as u32).to_be_bytes());
            ssh.extend(bytes);
        };
        match self {
            Self::Ed25519(key) => {
                push(b"ssh-ed25519");
                push(key.as_bytes());
            }
            Self::P256(key) => {
                push(b"ecdsa-sha2-nistp256");
                push(b"nistp256");
                push(key.to_encoded_point(false).as_bytes());
            }
        }
        Fingerprint(format!("SHA256:{}", STANDARD_NO_PAD.encode(sha2::Sha256::digest(&ssh))))
    }
}

/// The fingerprint of a key, computed from the key alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parses an Ed25519 key. RFC 8410 allows no algorithm parameters, but rebuilderd writes NULL, so NULL is accepted too.
fn ed25519(spki: &SubjectPublicKeyInfoRef<'_>) -> Option<ed25519_dalek::VerifyingKey> {
    let parameters = spki.algorithm.parameters;
    let bytes = spki.subject_public_key.as_bytes()?.try_into().ok()?;
    parameters
        .is_none_or(|one| one.is_null())
        .then(|| ed25519_dalek::VerifyingKey::from_bytes(bytes).ok())?
}

enum KeyAlgorithm {
    Ed25519,
    P256,
}

fn kind(algorithm: ObjectIdentifier, parameters: Option<ObjectIdentifier>) -> Result<KeyAlgorithm, String> {
    match (algorithm, parameters) {
        (ED25519, None) => Ok(KeyAlgorithm::Ed25519),
        (ELLIPTIC_CURVE, Some(P256)) => Ok(KeyAlgorithm::P256),
        (ELLIPTIC_CURVE, _) => Err("its elliptic curve is not P-256".into()),
        _ => Err("its algorithm is neither Ed25519 nor ECDSA".into()),
    }
}

/// Checks that `pem` holds exactly one block, with this label and no text before it.
fn only_block(pem: &str, label: &str) -> Result<(), String> {
    const BEGIN: &str = "-----BEGIN ";
    let labels: Vec<_> = pem
        .match_indices(BEGIN)
        .map(|(at, _)| parse_label(&pem[at + BEGIN.len()..]))
        .collect();
    match labels[..] {
        [Some(one)] if one == label && pem.starts_with(BEGIN) => Ok(()),
        [Some(one)] if one == label => Err("there is text before the key".into()),
        [Some(one)] => Err(format!("it holds a {one:?}, not a {label:?}")),
        [None] => Err(format!(
            "its first line is not whole, or is not that of a {label:?} in PEM"
        )),
        [] => Err(format!("it holds no {label:?} in PEM")),
        _ => Err(format!("it holds {} PEM blocks, not one", labels.len())),
    }
}

/// The label at the start of `text`, if it is one of [`LABELS`]. Unknown labels are never quoted: if dashes are
/// missing, the text may be the key itself.
fn parse_label(text: &str) -> Option<&'static str> {
    let matches = |label: &&&str| text.strip_prefix(**label).is_some_and(|rest| rest.starts_with("-----"));
    LABELS.iter().find(matches).copied()
}

#[cfg(test)]
mod tests;
