//! SHA-256 digests and in-toto digest sets: always lower-case hex, always of the algorithm's own length.

mod several;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

pub use several::{Agreement, Digests, Hashed, Hashers};

/// A SHA-256 digest; in JSON and in text 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<sha2::Sha256> for Sha256 {
    fn from(hasher: sha2::Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl From<[u8; 32]> for Sha256 {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        hex::encode(digest.0)
    }
}

impl TryFrom<String> for Sha256 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        check_hex("sha256", &text, &[64])?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(&text, &mut bytes).map_err(|error| error.to_string())?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A digest set that holds exactly one SHA-256, as our subjects and byproducts do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlySha256 {
    /// The digest.
    pub sha256: Sha256,
}

/// Digest algorithms that a dependency may be pinned by, with the lengths of their values in hex digits.
/// `narSha256` is this project's own: the SHA-256 of the tree's Nix archive, which Nix prints as `narHash`.
const ALGORITHMS: &[(&str, &[usize])] = &[
    ("gitCommit", &[40, 64]),
    ("gitTree", &[40, 64]),
    ("narSha256", &[64]),
    ("sha1", &[40]),
    ("sha256", &[64]),
    ("sha384", &[96]),
    ("sha512", &[128]),
];

/// An in-toto `DigestSet`: not empty, known algorithms only, each value of the right form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    into = "BTreeMap<String, String>",
    try_from = "BTreeMap<String, String>"
)]
pub struct DigestSet(BTreeMap<String, String>);

impl DigestSet {
    /// The value under `algorithm`, in hex.
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

fn check_hex(algorithm: &str, value: &str, lengths: &[usize]) -> Result<(), String> {
    let is_hex = value
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_hex && lengths.contains(&value.len()) {
        return Ok(());
    }
    let lengths: Vec<_> = lengths.iter().map(usize::to_string).collect();
    Err(format!(
        "{algorithm} {value:?} is not {} lower-case hex digits",
        lengths.join(" or ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(algorithm: &str, value: &str) -> Result<DigestSet, String> {
        DigestSet::try_from(BTreeMap::from([(algorithm.to_owned(), value.to_owned())]))
    }

    #[test]
    fn the_digest_of_nothing_is_the_published_one() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Sha256::of(b"").to_string(), text);
        assert_eq!(Sha256::try_from(text.to_owned()).unwrap(), Sha256::of(b""));
    }

    #[test]
    fn every_algorithm_takes_exactly_its_own_lengths() {
        for (algorithm, lengths) in ALGORITHMS {
            for length in *lengths {
                assert!(set(algorithm, &"a".repeat(*length)).is_ok(), "{algorithm}");
                assert!(
                    set(algorithm, &"a".repeat(length - 1)).is_err(),
                    "{algorithm}"
                );
                assert!(
                    set(algorithm, &"a".repeat(length + 1)).is_err(),
                    "{algorithm}"
                );
                assert!(set(algorithm, &"A".repeat(*length)).is_err(), "{algorithm}");
                assert!(set(algorithm, &"g".repeat(*length)).is_err(), "{algorithm}");
            }
        }
    }

    #[test]
    fn empty_sets_and_unknown_algorithms_are_refused() {
        assert!(DigestSet::try_from(BTreeMap::new()).is_err());
        assert!(set("md5", &"a".repeat(32)).unwrap_err().contains("md5"));
        assert!(Sha256::try_from("AB".repeat(32)).is_err());
    }
}
