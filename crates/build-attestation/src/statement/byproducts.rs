//! The byproducts of a statement, in a fixed order: the comparison, the variations, the files of the rebuild.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bit_compare::comparison::Comparison;
use bit_compare::path::EntryPath;
use serde::{Deserialize, Serialize};
use untrusted_input::digest::Sha256;
use untrusted_input::json;

use crate::definition::{self, Variation};
use crate::digest_set::OnlySha256;

/// The byproduct with the digest of `comparison.json`.
const COMPARISON: &str = "comparison.json";
/// The byproduct that contains the list of variations.
const VARIATIONS: &str = "variations.json";
/// The prefix of each byproduct that is a file of the rebuild.
const REBUILT: &str = "rebuilt/";
const JSON: &str = "application/json";

/// The byproducts of a statement: the comparison's digest, the variations, then each file of the rebuild.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Byproducts(Vec<Byproduct>);

/// One byproduct: an in-toto `ResourceDescriptor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Byproduct {
    name: String,
    digest: OnlySha256,
    #[serde(
        default,
        deserialize_with = "json::non_null",
        skip_serializing_if = "Option::is_none"
    )]
    content: Option<String>,
    #[serde(
        default,
        deserialize_with = "json::non_null",
        skip_serializing_if = "Option::is_none"
    )]
    media_type: Option<String>,
}

impl Byproduct {
    /// Makes the byproduct for a file of the rebuild.
    fn rebuilt(path: &EntryPath, sha256: Sha256) -> Self {
        Self::file(format!("{REBUILT}{path}"), sha256)
    }

    fn file(name: impl Into<String>, sha256: Sha256) -> Self {
        Self {
            name: name.into(),
            digest: OnlySha256 { sha256 },
            content: None,
            media_type: None,
        }
    }
}

impl Byproducts {
    /// The byproducts of a statement about `comparison`, whose `comparison.json` is `json`.
    pub(super) fn of(comparison: &Comparison, json: &[u8], variations: &[Variation]) -> Self {
        let rebuilt = comparison.rebuilt_files();
        let rebuilt = rebuilt.map(|file| (file.path, file.sha256));
        Self::new(Sha256::of(json), variations, rebuilt)
    }

    fn new<'a>(
        comparison: Sha256,
        variations: &[Variation],
        rebuilt: impl Iterator<Item = (&'a EntryPath, Sha256)>,
    ) -> Self {
        let variations = json::write(&variations);
        let mut list = vec![
            Byproduct {
                media_type: Some(JSON.into()),
                ..Byproduct::file(COMPARISON, comparison)
            },
            Byproduct {
                media_type: Some(JSON.into()),
                content: Some(STANDARD.encode(&variations)),
                ..Byproduct::file(VARIATIONS, Sha256::of(&variations))
            },
        ];
        list.extend(rebuilt.map(|(path, sha256)| Byproduct::rebuilt(path, sha256)));
        Self(list)
    }

    /// Checks that each byproduct of the format is there once and in order, and no other is.
    /// [`Byproducts::have_rebuilt`] compares the files of the rebuild with the subjects.
    pub(super) fn check(&self) -> Result<(), String> {
        let Self(list) = self;
        let comparison = list
            .first()
            .filter(|byproduct| byproduct.name == COMPARISON)
            .ok_or_else(|| format!("its first byproduct is not {COMPARISON:?}"))?;
        let rebuilt = list.iter().skip(2).map(|byproduct| {
            let path = byproduct.name.strip_prefix(REBUILT).unwrap_or_default();
            let path = EntryPath::try_from(path.to_owned());
            let path = path.map_err(|why| format!("byproduct {:?}: {why}", byproduct.name))?;
            Ok((path, byproduct.digest.sha256))
        });
        let rebuilt: Vec<_> = rebuilt.collect::<Result<_, String>>()?;
        if let Some(pair) = rebuilt.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(format!(
                "byproduct \"{REBUILT}{}\" is not in ascending order",
                pair[1].0
            ));
        }
        let files = rebuilt.iter().map(|(path, sha256)| (path, *sha256));
        let expected = Self::new(comparison.digest.sha256, &self.variations()?, files);
        match list.iter().zip(&expected.0).find(|(one, other)| one != other) {
            Some((one, other)) => Err(format!(
                "byproduct {:?} is not as expected at the place of {:?}",
                one.name, other.name
            )),
            None => Ok(()),
        }
    }

    /// The list of variations.
    pub(super) fn variations(&self) -> Result<Vec<Variation>, String> {
        let byproduct = self
            .0
            .iter()
            .find(|byproduct| byproduct.name == VARIATIONS)
            .ok_or_else(|| format!("byproduct {VARIATIONS:?} is missing"))?;
        let content = byproduct
            .content
            .as_ref()
            .and_then(|content| STANDARD.decode(content).ok())
            .ok_or_else(|| format!("byproduct {VARIATIONS:?} has no content in base64"))?;
        if Sha256::of(&content) != byproduct.digest.sha256 {
            return Err(format!(
                "byproduct {VARIATIONS:?}: its content does not have its digest"
            ));
        }
        let variations: Vec<Variation> = json::from_slice(&content)?;
        definition::check_variations(&variations)?;
        Ok(variations)
    }

    /// Whether the files of the rebuild are exactly `files`, in this order.
    pub(super) fn have_rebuilt<'a>(&self, files: impl Iterator<Item = (&'a EntryPath, Sha256)>) -> bool {
        let is_rebuilt = |byproduct: &&Byproduct| byproduct.name.starts_with(REBUILT);
        let expected = files.map(|(path, sha256)| Byproduct::rebuilt(path, sha256));
        self.0.iter().filter(is_rebuilt).cloned().eq(expected)
    }
}
