//! in-toto digest sets in this project's definitions and statements.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use untrusted_input::digest::{Sha256, check_hex};

/// A digest set with a SHA-256 and nothing else. Subjects and byproducts of this project's statements have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnlySha256 {
    /// The digest.
    pub sha256: Sha256,
}

/// The digest algorithms that may pin a dependency, with the lengths of their values in hex digits.
/// `narSha256` is this project's own name for the SHA-256 of a tree's Nix archive. Nix prints that digest as `narHash`.
const ALGORITHMS: &[(&str, &[usize])] = &[
    ("gitCommit", &[40, 64]),
    ("gitTree", &[40, 64]),
    ("narSha256", &[64]),
    ("sha1", &[40]),
    ("sha256", &[64]),
    ("sha384", &[96]),
    ("sha512", &[128]),
];

/// An in-toto `DigestSet`. It is not empty, has only known algorithms, and each value is well-formed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "BTreeMap<String, String>", try_from = "BTreeMap<String, String>")]
pub struct DigestSet(BTreeMap<String, String>);

impl DigestSet {
    /// The digest by `algorithm`, in hex.
    pub fn get(&self, algorithm: &str) -> Option<&str> {
        self.0.get(algorithm).map(String::as_str)
    }
}

impl From<DigestSet> for BTreeMap<String, String> {
    fn from(set: DigestSet) -> Self {
        set.0
    }
}

impl TryFrom<BTreeMap<String, String>> for DigestSet {
    type Error = String;

    fn try_from(set: BTreeMap<String, String>) -> Result<Self, String> {
        if set.is_empty() {
            return Err("a digest set is empty".into());
        }
        for (algorithm, value) in &set {
            let (_, lengths) = ALGORITHMS
                .iter()
                .find(|(name, _)| name == algorithm)
                .ok_or_else(|| format!("digest algorithm {algorithm:?} is not known"))?;
            check_hex(algorithm, value, lengths)?;
        }
        Ok(Self(set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(algorithm: &str, value: &str) -> Result<DigestSet, String> {
        DigestSet::try_from(BTreeMap::from([(algorithm.to_owned(), value.to_owned())]))
    }

    #[test]
    fn every_algorithm_takes_exactly_its_own_lengths() {
        for (algorithm, lengths) in ALGORITHMS {
            for length in *lengths {
                assert!(set(algorithm, &"a".repeat(*length)).is_ok(), "{algorithm}");
                assert!(set(algorithm, &"a".repeat(length - 1)).is_err(), "{algorithm}");
                assert!(set(algorithm, &"a".repeat(length + 1)).is_err(), "{algorithm}");
                assert!(set(algorithm, &"A".repeat(*length)).is_err(), "{algorithm}");
                assert!(set(algorithm, &"g".repeat(*length)).is_err(), "{algorithm}");
            }
        }
    }

    #[test]
    fn empty_sets_and_unknown_algorithms_are_refused() {
        assert!(DigestSet::try_from(BTreeMap::new()).is_err());
        assert!(set("md5", &"a".repeat(32)).unwrap_err().contains("md5"));
    }
}
