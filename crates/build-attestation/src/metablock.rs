//! Signed in-toto 0.9 links (metablocks), as rebuilderd writes them.
//!
//! The signed bytes are canonical JSON: sorted keys, no white space, only `"` and `\` escaped. Implementations disagree
//! about control characters and backslashes. Strings with either are refused, so that all implementations agree on the
//! rest.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use untrusted_input::json;

use crate::Limits;

/// A link with unverified signatures.
#[derive(Clone, Debug)]
pub(crate) struct Metablock {
    /// The link.
    pub link: Link,
    /// The exact bytes that are signed.
    pub message: Vec<u8>,
    /// Raw signatures.
    pub signatures: Vec<Vec<u8>>,
}

/// The fields of a link. Unknown fields are refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    #[serde(rename = "_type")]
    type_: String,
    /// The name of the step.
    pub name: String,
    /// The inputs, with their digests.
    pub materials: BTreeMap<String, BTreeMap<String, String>>,
    /// The outputs, with their digests.
    pub products: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(rename = "environment")]
    _environment: Option<Value>,
    #[serde(rename = "byproducts")]
    _byproducts: Value,
    #[serde(rename = "command")]
    _command: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    signatures: Vec<RawSignature>,
    signed: Value,
}

#[derive(Deserialize)]
struct RawSignature {
    sig: String,
}

impl Metablock {
    /// Parses a signed link.
    ///
    /// # Errors
    /// What is wrong with the link.
    pub(crate) fn from_json(json: &[u8], limits: &Limits) -> Result<Self, String> {
        let raw: Raw = json::from_slice_within(json, limits.json_values)?;
        limits.check_signed(raw.signatures.len(), json.len())?;
        let mut signatures = Vec::new();
        for signature in &raw.signatures {
            let is_lower_case = !signature.sig.contains(|digit: char| digit.is_ascii_uppercase());
            let bytes = hex::decode(&signature.sig).ok().filter(|_| is_lower_case);
            signatures.push(bytes.ok_or("sig is not lower-case hex")?);
        }
        if signatures.is_empty() {
            return Err("the link has no signature".into());
        }
        let mut message = Vec::new();
        write_canonical(&raw.signed, &mut message)?;
        let link: Link = json::from_value(&raw.signed)?;
        if link.type_ != "link" {
            return Err(format!("_type is {:?}, not \"link\"", link.type_));
        }
        Ok(Self {
            link,
            message,
            signatures,
        })
    }
}

fn write_canonical(value: &Value, out: &mut Vec<u8>) -> Result<(), String> {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(value) => out.extend(value.to_string().bytes()),
        Value::Number(number) if number.is_f64() => return Err(format!("{number} is not an integer")),
        Value::Number(number) => out.extend(number.to_string().bytes()),
        Value::String(text) => write_string(text, out)?,
        Value::Array(values) => {
            out.push(b'[');
            write_separated(values, out, write_canonical)?;
            out.push(b']');
        }
        Value::Object(fields) => {
            // NB: keys are sorted by code points, which is the order of their UTF-8 bytes.
            let fields: BTreeMap<_, _> = fields.iter().collect();
            out.push(b'{');
            write_separated(fields, out, |(name, value), out| {
                write_string(name, out)?;
                out.push(b':');
                write_canonical(value, out)
            })?;
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) -> Result<(), String> {
    if text.contains(|character: char| character.is_control() || character == '\\') {
        return Err(format!(
            "{text:?} holds a backslash or a control character, on whose canonical form signers disagree"
        ));
    }
    out.push(b'"');
    out.extend(text.replace('"', "\\\"").bytes());
    out.push(b'"');
    Ok(())
}

/// Writes items, separated by commas.
fn write_separated<T>(
    items: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>) -> Result<(), String>,
) -> Result<(), String> {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metablock() -> Value {
        json!({
            "signatures": [{ "keyid": "any", "sig": "00ff" }],
            "signed": {
                "_type": "link",
                "name": "rebuild a.deb",
                "materials": {},
                "products": { "a.deb": { "sha512": "ab", "sha256": "cd" } },
                "environment": null,
                "byproducts": {},
                "command": []
            }
        })
    }

    fn read(block: &Value) -> Result<Metablock, String> {
        Metablock::from_json(block.to_string().as_bytes(), &Limits::default())
    }

    #[test]
    fn the_signed_bytes_are_canonical() {
        let block = read(&metablock()).unwrap();
        assert_eq!(
            String::from_utf8(block.message).unwrap(),
            r#"{"_type":"link","byproducts":{},"command":[],"environment":null,"materials":{},"name":"rebuild a.deb","products":{"a.deb":{"sha256":"cd","sha512":"ab"}}}"#
        );
        assert_eq!(block.signatures, [[0, 255]]);
        let mut out = Vec::new();
        write_canonical(&json!({ "é": ["\"", -1, true], "a": null }), &mut out).unwrap();
        assert_eq!(out, "{\"a\":null,\"é\":[\"\\\"\",-1,true]}".as_bytes());
    }

    #[test]
    fn texts_on_which_signers_disagree_and_fractions_are_refused() {
        for (field, value) in [
            ("name", json!("a\\nb")),
            ("name", json!("a\nb")),
            ("byproducts", json!({ "x": 1.5 })),
            ("byproducts", json!({ "\u{7f}": 1 })),
        ] {
            let mut block = metablock();
            block["signed"][field] = value;
            assert!(read(&block).is_err(), "{block}");
        }
    }

    #[test]
    fn other_types_unknown_fields_and_missing_signatures_are_refused() {
        for (pointer, value) in [
            ("/signed/_type", json!("layout")),
            ("/signed/extra", json!(1)),
            ("/extra", json!(1)),
            ("/signatures", json!([])),
            ("/signatures/0/sig", json!("zz")),
            ("/signatures/0/sig", json!("00FF")),
            ("/signed", json!("x")),
            ("/signed", json!(["link", "a", {}, {}, null, {}, []])),
            ("/signatures/0", json!(["00ff"])),
        ] {
            let mut block = metablock();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match block.pointer_mut(pointer) {
                Some(place) => *place = value,
                None => block.pointer_mut(parent).unwrap()[name] = value,
            }
            assert!(read(&block).is_err(), "{pointer}");
        }
    }
}
