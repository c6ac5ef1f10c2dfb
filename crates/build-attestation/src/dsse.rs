//! DSSE 1.0.2 envelopes, alone or in a sigstore bundle v0.3. Written envelopes have one signature; read ones may have
//! more.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::Deserialize;
use serde_json::{Value, json};
use untrusted_input::json;

use crate::Limits;
use crate::keys::PrivateKey;

/// `payloadType` of in-toto statements.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";
/// `mediaType` of the bundles that this crate writes.
pub const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// The older `mediaType` of the same version.
const BUNDLE_OLD: &str = "application/vnd.dev.sigstore.bundle+json;version=0.3";

/// A payload with unverified signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The type of the payload.
    pub payload_type: String,
    /// The payload's exact bytes.
    pub payload: Vec<u8>,
    /// Raw signatures. Key ids are only hints and are dropped.
    pub signatures: Vec<Vec<u8>>,
}

/// An envelope in JSON. It borrows its strings, so nothing is copied before base64 is decoded.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEnvelope<'a> {
    #[serde(borrow)]
    payload: Cow<'a, str>,
    payload_type: String,
    signatures: Vec<RawSignature<'a>>,
}

#[derive(Deserialize)]
struct RawSignature<'a> {
    #[serde(borrow)]
    sig: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBundle<'a> {
    media_type: String,
    #[serde(borrow)]
    dsse_envelope: RawEnvelope<'a>,
}

impl Envelope {
    /// Parses an envelope. Unknown fields are ignored, as DSSE requires.
    ///
    /// # Errors
    /// What is wrong with the envelope.
    pub(crate) fn from_json(json: &[u8], limits: &Limits) -> Result<Self, String> {
        Self::from_raw(&json::from_slice_within(json, limits.json_values)?, limits)
    }

    fn from_raw(raw: &RawEnvelope<'_>, limits: &Limits) -> Result<Self, String> {
        limits.check_signed(raw.signatures.len(), raw.payload.len())?;
        let mut signatures = Vec::new();
        for signature in &raw.signatures {
            signatures.push(decode("sig", &signature.sig)?);
        }
        if signatures.is_empty() {
            return Err("the envelope has no signature".into());
        }
        Ok(Self {
            payload_type: raw.payload_type.clone(),
            payload: decode("payload", &raw.payload)?,
            signatures,
        })
    }

    /// Takes the envelope out of a sigstore bundle v0.3. The bundle's verification material is ignored: keys come only
    /// from the policy.
    ///
    /// # Errors
    /// What is wrong with the bundle.
    pub(crate) fn from_bundle(json: &[u8], limits: &Limits) -> Result<Self, String> {
        let RawBundle {
            media_type,
            dsse_envelope,
        } = json::from_slice_within(json, limits.json_values)?;
        if media_type != BUNDLE && media_type != BUNDLE_OLD {
            return Err(format!("mediaType is {media_type:?}, not {BUNDLE:?}"));
        }
        let envelope = Self::from_raw(&dsse_envelope, limits)?;
        match envelope.signatures.len() {
            1 => Ok(envelope),
            count => Err(format!("the bundle has {count} signatures, not one")),
        }
    }
}

/// DSSE's PAE (pre-authentication encoding), the bytes that are signed. No two pairs of type and payload have the same
/// encoding.
pub fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let (type_bytes, payload_bytes) = (payload_type.len(), payload.len());
    let mut message = format!("DSSEv1 {type_bytes} {payload_type} {payload_bytes} ").into_bytes();
    message.extend(payload);
    message
}

/// Signs an in-toto statement and wraps it in an envelope on one line, for `.intoto.jsonl` files.
pub fn to_line(statement: &[u8], key: &PrivateKey) -> Vec<u8> {
    let signature = json!({ "keyid": key.public().fingerprint(), "sig": sign(statement, key) });
    line(&envelope(statement, signature))
}

/// Signs an in-toto statement and wraps it in a sigstore bundle. The signature has no key id, because verifiers skip
/// signatures with an unknown one.
pub fn to_bundle(statement: &[u8], key: &PrivateKey) -> Vec<u8> {
    let signature = json!({ "sig": sign(statement, key) });
    line(&json!({
        "mediaType": BUNDLE,
        "verificationMaterial": { "publicKey": { "hint": key.public().fingerprint() } },
        "dsseEnvelope": envelope(statement, signature),
    }))
}

fn sign(statement: &[u8], key: &PrivateKey) -> String {
    STANDARD.encode(key.sign(&pre_authentication_encoding(IN_TOTO, statement)))
}

fn envelope(statement: &[u8], signature: Value) -> Value {
    json!({ "payload": STANDARD.encode(statement), "payloadType": IN_TOTO, "signatures": [signature] })
}

fn line(document: &Value) -> Vec<u8> {
    format!("{document}\n").into_bytes()
}

/// Decodes padded base64 of either alphabet. DSSE allows both, and nothing else.
fn decode(field: &str, text: &str) -> Result<Vec<u8>, String> {
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE.decode(text))
        .map_err(|error| format!("{field} is not base64: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PrivateKey {
        PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[1; 32]))
    }

    fn envelope_of(payload: &str, signatures: Value) -> Result<Envelope, String> {
        read(&json!({ "payload": payload, "payloadType": "t", "signatures": signatures }))
    }

    fn read(envelope: &Value) -> Result<Envelope, String> {
        Envelope::from_json(envelope.to_string().as_bytes(), &Limits::default())
    }

    fn read_bundle(bundle: &Value) -> Result<Envelope, String> {
        Envelope::from_bundle(bundle.to_string().as_bytes(), &Limits::default())
    }

    #[test]
    fn the_encoding_is_the_one_in_the_specification() {
        let message = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(message, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
        assert_eq!(pre_authentication_encoding("", b""), b"DSSEv1 0  0 ");
        assert_ne!(
            pre_authentication_encoding("a", b"1 b"),
            pre_authentication_encoding("a 1", b"b")
        );
    }

    #[test]
    fn what_is_signed_is_read_back_and_verifies_in_both_forms() {
        let (key, statement) = (key(), b"{\"a\": 1}\n");
        let line: Value = serde_json::from_slice(&to_line(statement, &key)).unwrap();
        let bundle: Value = serde_json::from_slice(&to_bundle(statement, &key)).unwrap();
        let one = read(&line).unwrap();
        assert_eq!(one, read_bundle(&bundle).unwrap());
        assert_eq!(one.payload, statement);
        let message = |one: &Envelope| pre_authentication_encoding(&one.payload_type, &one.payload);
        assert!(key.public().verifies(&message(&one), &one.signatures[0]));
        let other_type = Envelope {
            payload_type: "text/plain".into(),
            ..one.clone()
        };
        assert!(!key.public().verifies(&message(&other_type), &one.signatures[0]));
    }

    #[test]
    fn both_alphabets_of_base64_are_read_and_nothing_that_is_not_whole() {
        let signatures = json!([{ "sig": "AA==" }]);
        for payload in ["", "+/+/", "-_-_", "AA==", "AAA="] {
            assert!(envelope_of(payload, signatures.clone()).is_ok(), "{payload}");
        }
        for payload in ["+/-_", "AA", "AA=", "AB==", "AA==AA==", "AA== ", "AAAA\n", "A", "ä"] {
            assert!(envelope_of(payload, signatures.clone()).is_err(), "{payload}");
        }
    }

    #[test]
    fn an_envelope_without_a_signature_is_refused() {
        assert!(envelope_of("", json!([])).unwrap_err().contains("no signature"));
        for signatures in [
            json!(null),
            json!({}),
            json!([{}]),
            json!([{ "sig": 1 }]),
            json!(["AA=="]),
        ] {
            assert!(envelope_of("", signatures.clone()).is_err(), "{signatures}");
        }
    }

    #[test]
    fn a_bundle_of_another_version_or_with_two_signatures_is_refused() {
        let good: Value = serde_json::from_slice(&to_bundle(b"{}", &key())).unwrap();
        let mut version = good.clone();
        version["mediaType"] = json!("application/vnd.dev.sigstore.bundle.v0.4+json");
        let mut two = good.clone();
        two["dsseEnvelope"]["signatures"] = json!([{ "sig": "" }, { "sig": "" }]);
        let mut message = good.clone();
        message.as_object_mut().unwrap().remove("dsseEnvelope");
        for bad in [version, two, message] {
            assert!(read_bundle(&bad).is_err(), "{bad}");
        }
        assert!(read_bundle(&good).is_ok());
    }
}
