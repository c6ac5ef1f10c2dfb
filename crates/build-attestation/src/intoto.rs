//! Parses in-toto Statements v1 with any predicate, from any author.
//!
//! The rules are stricter than the specification where a statement could mislead a verifier: unknown fields, subjects
//! without a SHA-256, and names that lead out of their folder are refused.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use untrusted_input::json;

use crate::digests::Digests;
use crate::uri::AbsoluteUri;

/// `_type` of an in-toto Statement v1.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The most subjects that verifiers accept.
pub const MAX_SUBJECTS: usize = 1024;

/// A valid statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The subjects, at least one.
    pub subjects: Vec<Subject>,
    /// The type of the predicate.
    pub predicate_type: AbsoluteUri,
    /// The predicate, an object.
    pub predicate: Value,
}

/// One subject of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The name, if any. Unique among the subjects.
    pub name: Option<String>,
    /// The digests.
    pub digests: Digests,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "_type")]
    type_: String,
    subject: Vec<RawSubject>,
    #[serde(rename = "predicateType")]
    predicate_type: AbsoluteUri,
    predicate: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawSubject {
    name: Option<String>,
    digest: BTreeMap<String, String>,
    #[serde(rename = "uri")]
    _uri: Option<String>,
    #[serde(rename = "content")]
    _content: Option<String>,
    #[serde(rename = "downloadLocation")]
    _download_location: Option<String>,
    #[serde(rename = "mediaType")]
    _media_type: Option<String>,
    #[serde(rename = "annotations")]
    _annotations: Option<BTreeMap<String, IgnoredAny>>,
}

impl Statement {
    /// Parses a statement.
    ///
    /// # Errors
    /// The rule that the statement breaks.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let raw: Raw = json::from_slice(json)?;
        if raw.type_ != STATEMENT_TYPE {
            return Err(format!("_type is {:?}, not {STATEMENT_TYPE:?}", raw.type_));
        }
        let count = raw.subject.len();
        if count == 0 || count > MAX_SUBJECTS {
            return Err(format!("it has {count} subjects, not 1 to {MAX_SUBJECTS}"));
        }
        let mut names = BTreeSet::new();
        let mut subjects = Vec::new();
        for subject in raw.subject {
            if let Some(name) = &subject.name {
                check_name(name)?;
                if !names.insert(name.clone()) {
                    return Err(format!("subject {name:?} occurs twice"));
                }
            }
            let digests = Digests::from_set(&subject.digest).map_err(|why| {
                let name = subject.name.as_deref().unwrap_or("without a name");
                format!("subject {name:?} {why}")
            })?;
            subjects.push(Subject {
                name: subject.name,
                digests,
            });
        }
        Ok(Self {
            subjects,
            predicate_type: raw.predicate_type,
            predicate: Value::Object(raw.predicate),
        })
    }
}

/// Checks that a subject's name stays inside a folder, because users look the file up by it.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1..3) == Some(b":\\");
    let leaves = name.split(['/', '\\']).any(|part| part == "..");
    if name.is_empty() || absolute || leaves || name.contains(char::is_control) {
        return Err(format!("subject {name:?} is not a name inside a folder"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use untrusted_input::digest::Sha256;

    use super::*;

    fn statement() -> Value {
        json!({
            "_type": STATEMENT_TYPE,
            "subject": [{ "name": "a", "digest": { "sha256": Sha256::of(b"a"), "sha512": "0".repeat(128) } }],
            "predicateType": "https://example.org/p",
            "predicate": {}
        })
    }

    fn read(statement: &Value) -> Result<Statement, String> {
        Statement::from_json(statement.to_string().as_bytes())
    }

    #[test]
    fn a_statement_with_everything_that_is_allowed_is_read() {
        let mut value = statement();
        value["subject"][0]["annotations"] = json!({ "x": 1 });
        value["subject"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "digest": { "sha256": Sha256::of(b"b") } }));
        let read = read(&value).unwrap();
        assert_eq!(read.subjects[0].name.as_deref(), Some("a"));
        assert_eq!(read.subjects[0].digests.sha256, Sha256::of(b"a"));
        assert_eq!(read.subjects[1].name, None);
    }

    #[test]
    fn a_statement_has_as_many_subjects_as_verifiers_accept() {
        let mut value = statement();
        let subject = json!({ "digest": { "sha256": Sha256::of(b"a") } });
        value["subject"] = json!(vec![subject; MAX_SUBJECTS]);
        assert_eq!(read(&value).unwrap().subjects.len(), MAX_SUBJECTS);
    }

    #[test]
    fn every_broken_rule_is_reported() {
        let digest = json!({ "sha256": Sha256::of(b"a") });
        for (pointer, value, expected) in [
            ("/_type", json!("https://in-toto.io/Statement/v0.1"), "_type is"),
            ("/extra", json!(1), "unknown field"),
            ("/subject/0/extra", json!(1), "unknown field"),
            ("/subject", json!([]), "0 subjects"),
            (
                "/subject",
                json!(vec![json!({ "digest": digest }); MAX_SUBJECTS + 1]),
                "1025 subjects",
            ),
            ("/subject/1", json!({ "name": "a", "digest": digest }), "occurs twice"),
            ("/subject/0/digest", json!({}), "has no digest"),
            (
                "/subject/0/digest",
                json!({ "md5": "x", "sha1": "y" }),
                "no sha256, only md5, sha1",
            ),
            (
                "/subject/0/digest",
                json!({ "sha256": Sha256::of(b"a"), "sha1": "x" }),
                "\"sha1\", which cannot be checked",
            ),
            (
                "/subject/0/digest",
                json!({ "sha256": "AB".repeat(32) }),
                "lower-case hex",
            ),
            ("/subject/0/digest", json!({ "sha256": "ab" }), "64 lower-case hex"),
            ("/predicateType", json!("p"), "not an absolute URI"),
            ("/predicate", json!([]), "invalid type"),
        ] {
            let mut bad = statement();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match (bad.pointer_mut(pointer).is_some(), bad.pointer_mut(parent).unwrap()) {
                (_, Value::Array(list)) if name == "1" => list.push(value),
                (_, parent) => parent[name] = value,
            }
            let why = read(&bad).unwrap_err();
            assert!(why.contains(expected), "{pointer}: {why}");
        }
    }

    #[test]
    fn names_that_leave_their_folder_are_refused() {
        for name in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a/..",
            "..",
            "..\\a",
            "\\a",
            "C:\\a",
            "a\nb",
            "a\0",
        ] {
            let mut bad = statement();
            bad["subject"][0]["name"] = json!(name);
            assert!(read(&bad).unwrap_err().contains("not a name inside"), "{name:?}");
        }
        for name in [
            "a",
            "a/b",
            "..a",
            "a..",
            "rebuild/a.whl",
            "pkg:deb/a@1",
            "https://example.org/a",
            "a\\x0a",
        ] {
            let mut good = statement();
            good["subject"][0]["name"] = json!(name);
            assert!(read(&good).is_ok(), "{name:?}");
        }
    }
}
