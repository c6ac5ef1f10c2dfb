//! Writes `comparison.json`, and reads it strictly.
//!
//! Differences, counts and the verdict always follow from the entries. Those in a file are only checked against them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use untrusted_input::json;

use super::{Comparison, Counts, DifferenceKind, Entry, Level, Node, Verdict};
use crate::explanation::Explanation;
use crate::path::EntryPath;

/// The version of `comparison.json` that this crate writes and reads.
pub const SCHEMA_VERSION: u32 = 2;

/// The longest `comparison.json` that is read, in bytes. It can hold more than a hundred thousand entries, and takes
/// less than 1 GiB of memory.
pub const LONGEST_BYTES: u64 = 64 << 20;

/// The most JSON values in one `comparison.json`.
const MAX_VALUES: usize = 8 << 20;

impl Comparison {
    /// Writes `comparison.json`, with a line feed at the end. The same comparison always gives the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        untrusted_input::json::write(&ComparisonDocument::from(self))
    }

    /// Reads `comparison.json` back.
    ///
    /// # Errors
    /// The rule that the document breaks. Its verdict, counts and differences must follow from its entries.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let document: ComparisonDocument = json::from_slice_within(json, MAX_VALUES)?;
        document.try_into()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ComparisonDocument {
    schema_version: u32,
    level: Level,
    verdict: Verdict,
    counts: Counts,
    entries: Vec<DocumentEntry>,
    differences: Vec<DocumentDifference>,
    explanations: Vec<Explanation>,
    omitted_explanations: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentEntry {
    path: EntryPath,
    #[serde(deserialize_with = "nullable_node")]
    original: Option<Node>,
    #[serde(deserialize_with = "nullable_node")]
    rebuilt: Option<Node>,
}

/// Reads a side, which is null if absent. A missing field is an error.
fn nullable_node<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Node>, D::Error> {
    let node: Option<json::Object<Node>> = Option::deserialize(deserializer)?;
    Ok(node.map(|json::Object(node)| node))
}

#[derive(Serialize, Deserialize)]
struct DocumentDifference {
    path: EntryPath,
    #[serde(flatten)]
    kind: DifferenceKind,
}

impl From<&Comparison> for ComparisonDocument {
    fn from(comparison: &Comparison) -> Self {
        let entry = |entry: &Entry| DocumentEntry {
            path: entry.path.clone(),
            original: entry.original.clone(),
            rebuilt: entry.rebuilt.clone(),
        };
        let difference = |(entry, kind): (&Entry, DifferenceKind)| DocumentDifference {
            path: entry.path.clone(),
            kind,
        };
        Self {
            schema_version: SCHEMA_VERSION,
            level: comparison.level,
            verdict: comparison.verdict(),
            counts: comparison.counts(),
            entries: comparison.entries.iter().map(entry).collect(),
            differences: comparison.differences().map(difference).collect(),
            explanations: comparison.explanations.clone(),
            omitted_explanations: comparison.omitted_explanations,
        }
    }
}

impl TryFrom<ComparisonDocument> for Comparison {
    type Error = String;

    fn try_from(document: ComparisonDocument) -> Result<Self, String> {
        let ComparisonDocument {
            schema_version,
            level,
            verdict,
            counts,
            entries,
            differences,
            explanations,
            omitted_explanations,
        } = document;
        if schema_version != SCHEMA_VERSION {
            return Err(format!("schema_version is {schema_version}, not {SCHEMA_VERSION}"));
        }
        let content: BTreeMap<_, _> = differences
            .iter()
            .filter(|difference| difference.kind.content().is_some())
            .map(|difference| (&difference.path, &difference.kind))
            .collect();
        let entry = |entry: DocumentEntry| {
            let kind = content.get(&entry.path);
            Entry {
                content: kind.and_then(|kind| kind.content()).map(Box::new),
                unsigned_sha256: match kind {
                    Some(DifferenceKind::Signature { unsigned_sha256, .. }) => Some(Box::new(*unsigned_sha256)),
                    _ => None,
                },
                path: entry.path,
                original: entry.original,
                rebuilt: entry.rebuilt,
            }
        };
        let entries = entries.into_iter().map(entry).collect();
        let comparison = Self::new(level, entries)?.explained(explanations, omitted_explanations)?;
        // Compare as iterators: there may be a million differences, and a second list would double the memory.
        let written = differences.iter().map(|one| (&one.path, one.kind.clone()));
        let derived = comparison.differences();
        let is_consistent = written.eq(derived.map(|(entry, kind)| (&entry.path, kind)));
        if !is_consistent || (comparison.verdict(), comparison.counts()) != (verdict, counts) {
            return Err("its verdict, counts or differences are not those of its entries".into());
        }
        Ok(comparison)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use untrusted_input::digest::Sha256;

    use super::*;

    /// Two files of 4 and 6 bytes that differ from offset 2 on.
    fn document() -> Value {
        let file = |size_bytes: u64, content: &[u8]| json!({ "type": "file", "executable": false, "size_bytes": size_bytes, "sha256": Sha256::of(content) });
        json!({
            "schema_version": 2,
            "level": "bits",
            "verdict": "different",
            "counts": {
                "entries": 1, "differences": 1,
                "original_files": 1, "original_bytes": 4, "rebuilt_files": 1, "rebuilt_bytes": 6
            },
            "entries": [{ "path": "x", "original": file(4, b"1234"), "rebuilt": file(6, b"12xxxx") }],
            "differences": [
                { "path": "x", "kind": "content", "first_differing_offset_bytes": 2, "differing_bytes": 4 }
            ],
            "explanations": [],
            "omitted_explanations": 0
        })
    }

    fn read(document: &Value) -> Result<Comparison, String> {
        Comparison::from_json(document.to_string().as_bytes())
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let comparison = read(&document()).unwrap();
        assert_eq!(comparison.verdict(), Verdict::Different);
        assert_eq!(Comparison::from_json(&comparison.to_json()).unwrap(), comparison);
        assert_eq!(
            serde_json::from_slice::<Value>(&comparison.to_json()).unwrap(),
            document()
        );
    }

    #[test]
    fn a_content_difference_fits_the_sizes() {
        for (first, count, fits) in [
            (2, 4, true),
            (2, 2, true),
            (4, 2, true),
            (0, 6, true),
            (2, 5, false),
            (2, 1, false),
            (5, 1, false),
            (4, 3, false),
            (9, 1, false),
            (0, 0, false),
        ] {
            let mut document = document();
            document["differences"][0]["first_differing_offset_bytes"] = json!(first);
            document["differences"][0]["differing_bytes"] = json!(count);
            assert_eq!(read(&document).is_ok(), fits, "{count} from {first}");
        }
    }

    #[test]
    fn a_content_difference_stands_exactly_where_the_files_differ() {
        let mut without = document();
        without["differences"] = json!([]);
        assert!(read(&without).unwrap_err().contains("no content difference is given"));

        let mut same = document();
        same["entries"][0]["rebuilt"] = same["entries"][0]["original"].clone();
        assert!(read(&same).unwrap_err().contains("the digests are the same"));

        let mut twice = document();
        let difference = twice["differences"][0].clone();
        twice["differences"].as_array_mut().unwrap().push(difference);
        assert!(read(&twice).is_err());

        let mut elsewhere = document();
        elsewhere["differences"][0]["path"] = json!("y");
        assert!(read(&elsewhere).is_err());
    }

    #[test]
    fn the_whole_is_a_file_against_a_folder_and_the_only_entry() {
        let folder = json!({ "type": "directory" });
        let mut alone = document();
        alone["entries"][0]["path"] = json!(".");
        alone["differences"][0]["path"] = json!(".");
        assert!(read(&alone).unwrap_err().contains("a file against a folder"));
        alone["entries"][0]["rebuilt"] = folder.clone();
        alone["differences"] = json!([{ "path": ".", "kind": "type" }]);
        alone["counts"]["rebuilt_files"] = json!(0);
        alone["counts"]["rebuilt_bytes"] = json!(0);
        assert!(read(&alone).is_ok());

        let mut among_others = document();
        let whole = json!({ "path": ".", "original": folder, "rebuilt": document()["entries"][0]["rebuilt"] });
        among_others["entries"].as_array_mut().unwrap().insert(0, whole);
        assert!(read(&among_others).unwrap_err().contains("not the only entry"));
    }
}
