//! Reads files of attestations: a sigstore bundle, a DSSE envelope, an in-toto 0.9 link, or JSON Lines of them.
//!
//! The signatures are not verified yet. [`Signed::signers`] verifies them.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, IgnoredAny};
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::spelling::escape;
use untrusted_input::{file, json};

use crate::Limits;
use crate::dsse::{Envelope, pre_authentication_encoding};
use crate::error::{Error, Result};
use crate::keys::PublicKey;
use crate::metablock::{Link, Metablock};

const FORMAT: &str = "attestation";
const REMEDY: &str =
    "give a sigstore bundle v0.3, a DSSE envelope, an in-toto link, or lines of them, as they were signed";

/// One attestation of a file, with unverified signatures.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Where it comes from.
    pub origin: Origin,
    /// The signed content.
    pub content: SignedContent,
    signatures: Vec<Vec<u8>>,
}

/// Where an attestation comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file's name, without its folder.
    pub file: String,
    /// The file's digest.
    pub sha256: Sha256,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The signed content, by the kind of envelope.
#[derive(Clone, Debug)]
pub enum SignedContent {
    /// A DSSE payload.
    Payload {
        /// The type of the payload.
        payload_type: String,
        /// The payload's bytes.
        payload: Vec<u8>,
    },
    /// An in-toto 0.9 link.
    Link {
        /// The link.
        link: Link,
        /// The exact bytes that are signed.
        message: Vec<u8>,
    },
}

impl SignedContent {
    /// The bytes that are signed.
    fn message(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Payload { payload_type, payload } => pre_authentication_encoding(payload_type, payload).into(),
            Self::Link { message, .. } => message.into(),
        }
    }
}

impl Signed {
    /// The keys among `keys` that have a valid signature on this attestation.
    pub fn signers<'a, K: AsRef<PublicKey>>(&self, keys: impl IntoIterator<Item = &'a K>) -> Vec<&'a K> {
        let message = self.content.message();
        let signed = |key: &&K| {
            self.signatures
                .iter()
                .any(|signature| key.as_ref().verifies(&message, signature))
        };
        keys.into_iter().filter(signed).collect()
    }
}

/// Reads every attestation of a file.
///
/// # Errors
/// When the file cannot be read, is empty, or holds a malformed attestation. One bad line is an error for the whole
/// file, because it may be the attestation that disagrees.
pub fn read(path: &Path) -> Result<Vec<Signed>> {
    let limits = Limits::default();
    let bytes = file::read(path, FORMAT, limits.attestation_bytes)?;
    let name = path.file_name().unwrap_or_default();
    parse(&escape(name.as_encoded_bytes()), &bytes, &limits).map_err(|why| Error::invalid(path, FORMAT, why, REMEDY))
}

/// Parses the bytes of a file with the given `name`.
///
/// # Errors
/// The line number, and what is wrong with the line.
pub fn parse(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Signed>, String> {
    let mut attestations = Vec::new();
    let sha256 = Sha256::of(bytes);
    for (line, json) in documents(bytes) {
        if attestations.len() == limits.attestations {
            return Err(format!("it holds more than {} attestations", limits.attestations));
        }
        let origin = Origin {
            file: name.into(),
            sha256,
            line,
        };
        attestations.push(parse_one(origin, json, limits).map_err(|why| format!("line {line}: {why}"))?);
    }
    if attestations.is_empty() {
        return Err("it is empty".into());
    }
    Ok(attestations)
}

/// Every JSON document with the number of its first line. If the first non-empty line parses as JSON, the file is read
/// as JSON Lines; otherwise it is one document.
fn documents(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = || {
        bytes
            .split(|byte| *byte == b'\n')
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    let is_whole = |line| serde_json::from_slice::<IgnoredAny>(line).is_ok();
    let one = lines()
        .next()
        .filter(|(_, line)| !is_whole(line))
        .map(|(number, _)| (number, bytes));
    let are_lines = one.is_none();
    one.into_iter().chain(lines().filter(move |_| are_lines))
}

/// Which of the fields are present that distinguish the kinds of envelope.
#[derive(serde::Deserialize)]
struct KindFields {
    #[serde(rename = "dsseEnvelope", default)]
    bundle: Present,
    #[serde(rename = "payload", default)]
    envelope: Present,
    #[serde(rename = "signed", default)]
    link: Present,
}

/// Whether a field is present, whatever its value.
#[derive(Default)]
struct Present(bool);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

fn parse_one(origin: Origin, json: &[u8], limits: &Limits) -> Result<Signed, String> {
    let KindFields { bundle, envelope, link } = json::from_slice_within(json, limits.json_values)?;
    let envelope = match (bundle.0, envelope.0, link.0) {
        (true, false, false) => Envelope::from_bundle(json, limits)?,
        (false, true, false) => Envelope::from_json(json, limits)?,
        (false, false, true) => {
            let block = Metablock::from_json(json, limits)?;
            return Ok(Signed {
                origin,
                content: SignedContent::Link {
                    link: block.link,
                    message: block.message,
                },
                signatures: block.signatures,
            });
        }
        _ => return Err("it is neither a bundle nor an envelope nor a link".into()),
    };
    Ok(Signed {
        origin,
        content: SignedContent::Payload {
            payload_type: envelope.payload_type,
            payload: envelope.payload,
        },
        signatures: envelope.signatures,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::dsse::{to_bundle, to_line};
    use crate::keys::PrivateKey;

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    fn read(bytes: &[u8]) -> Result<Vec<Signed>, String> {
        parse("file", bytes, &Limits::default())
    }

    #[test]
    fn lines_of_several_formats_are_read_in_their_order() {
        let lines = [to_line(b"1", &key(1)), b"\n".to_vec(), to_bundle(b"2", &key(2))].concat();
        let read = read(&lines).unwrap();
        let keys = [key(1).public(), key(2).public()];
        for (signed, (line, payload, key)) in read.iter().zip([(1, b"1", &keys[0]), (3, b"2", &keys[1])]) {
            assert_eq!(signed.origin.line, line);
            assert_eq!(signed.signers(&keys), [key]);
            assert!(matches!(&signed.content, SignedContent::Payload { payload: found, .. } if found == payload));
        }
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn an_indented_document_is_one_document() {
        let value: Value = serde_json::from_slice(&to_bundle(b"1", &key(1))).unwrap();
        let indented = format!("\n{value:#}\n");
        assert_eq!(read(indented.as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn files_that_are_empty_cut_off_or_of_two_kinds_at_once_are_refused() {
        let line = to_line(b"1", &key(1));
        let cut = [&line[..], &line[..line.len() / 2]].concat();
        let twice = String::from_utf8(line.clone())
            .unwrap()
            .replacen('{', "{\"payload\":\"\",", 1);
        let both = String::from_utf8(line).unwrap().replacen('{', "{\"signed\":{},", 1);
        for bytes in [
            &b""[..],
            b"\n \n",
            b"[]",
            b"{}",
            b"null",
            b"1\n2",
            &cut,
            twice.as_bytes(),
            both.as_bytes(),
        ] {
            assert!(read(bytes).is_err(), "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn more_attestations_or_signatures_than_allowed_are_refused() {
        let limits = Limits {
            attestations: 1,
            signatures: 1,
            ..Limits::default()
        };
        let line = to_line(b"1", &key(1));
        assert!(parse("file", &line, &limits).is_ok());
        assert!(
            parse("file", &[&line[..], &line].concat(), &limits)
                .unwrap_err()
                .contains("more than 1")
        );
        let two = r#"{"payload":"","payloadType":"t","signatures":[{"sig":""},{"sig":""}]}"#;
        assert!(
            parse("file", two.as_bytes(), &limits)
                .unwrap_err()
                .contains("2 signatures")
        );
        let limits = Limits {
            signed_bytes: 7,
            ..Limits::default()
        };
        let eight = r#"{"payload":"AAAA","payloadType":"t","signatures":[{"sig":""},{"sig":""}]}"#;
        assert!(
            parse("file", eight.as_bytes(), &limits)
                .unwrap_err()
                .contains("2 signatures over 4 bytes")
        );
    }
}
