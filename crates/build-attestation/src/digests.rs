//! Digests of one content by several algorithms of the SHA-2 family, and their comparison with the digests in
//! attestations.
//!
//! SHA-256 is always required. Every other digest must be of an algorithm that this module computes, so that no signed
//! digest stays unchecked.

use std::collections::{BTreeMap, BTreeSet};

use bit_compare::Result;
use bit_compare::engine::ByteStream;
use sha2::digest::DynDigest;
use untrusted_input::digest::{Sha256, check_hex};

type New = fn() -> Box<dyn DynDigest + Send>;

/// The algorithms besides SHA-256: the name in in-toto, and the length of a value in hex digits.
const ALGORITHMS: &[(&str, usize, New)] = &[
    ("sha224", 56, || Box::new(sha2::Sha224::default())),
    ("sha384", 96, || Box::new(sha2::Sha384::default())),
    ("sha512", 128, || Box::new(sha2::Sha512::default())),
    ("sha512_224", 56, || Box::new(sha2::Sha512_224::default())),
    ("sha512_256", 64, || Box::new(sha2::Sha512_256::default())),
];

const SHA256: &str = "sha256";

/// Digests of one content: SHA-256, and any others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// The SHA-256.
    pub sha256: Sha256,
    others: BTreeMap<&'static str, String>,
}

/// How the digests in an attestation compare with those of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// All are equal.
    All,
    /// Some are equal and some are not, so no content can have all of them.
    Some,
    /// None is equal.
    None,
}

impl From<Sha256> for Digests {
    fn from(sha256: Sha256) -> Self {
        Self {
            sha256,
            others: BTreeMap::new(),
        }
    }
}

impl Digests {
    /// Parses an in-toto digest set.
    ///
    /// # Errors
    /// When it has no SHA-256, a malformed value, or an algorithm that this module does not compute.
    pub(crate) fn from_set(set: &BTreeMap<String, String>) -> Result<Self, String> {
        let names = || set.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let sha256 = match set.get(SHA256) {
            Some(text) => Sha256::try_from(text.clone()).map_err(|why| format!("has {why}"))?,
            None if set.is_empty() => return Err("has no digest".into()),
            None => return Err(format!("has no sha256, only {}", names())),
        };
        let mut others = BTreeMap::new();
        for (name, value) in set.iter().filter(|(name, _)| *name != SHA256) {
            let algorithm = ALGORITHMS.iter().find(|(known, ..)| known == name);
            let (name, length, _) =
                algorithm.ok_or_else(|| format!("has a digest {name:?}, which cannot be checked"))?;
            check_hex(name, value, &[*length]).map_err(|why| format!("has {why}"))?;
            others.insert(*name, value.clone());
        }
        Ok(Self { sha256, others })
    }

    /// Computes every supported digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hashers = Hashers::new(&ALGORITHMS.iter().map(|(name, ..)| *name).collect());
        hashers.update(bytes);
        hashers.finish(Sha256::of(bytes))
    }

    /// The algorithms besides SHA-256.
    pub(crate) fn others(&self) -> impl Iterator<Item = &'static str> {
        self.others.keys().copied()
    }

    /// Compares these digests with those of `content`. A digest that `content` lacks counts as not equal.
    pub(crate) fn agree_with(&self, content: &Self) -> Agreement {
        let mut same = vec![self.sha256 == content.sha256];
        same.extend(
            self.others
                .iter()
                .map(|(name, value)| content.others.get(name) == Some(value)),
        );
        match (same.contains(&true), same.contains(&false)) {
            (true, false) => Agreement::All,
            (true, true) => Agreement::Some,
            (false, _) => Agreement::None,
        }
    }

    /// The union of both, if no algorithm has different values in them.
    pub(crate) fn merged(&self, other: &Self) -> Option<Self> {
        let agrees = |(name, value): (&&str, &String)| other.others.get(name).is_none_or(|its| its == value);
        let same = self.sha256 == other.sha256 && self.others.iter().all(agrees);
        same.then(|| {
            let others = self.others.iter().chain(&other.others);
            Self {
                sha256: self.sha256,
                others: others.map(|(name, value)| (*name, value.clone())).collect(),
            }
        })
    }
}

/// Hashers for all algorithms but SHA-256, fed with one content.
pub(crate) struct Hashers(Vec<(&'static str, Box<dyn DynDigest + Send>)>);

impl Hashers {
    /// Makes hashers for the supported ones of `algorithms`.
    pub(crate) fn new(algorithms: &BTreeSet<&'static str>) -> Self {
        let wanted = ALGORITHMS.iter().filter(|(name, ..)| algorithms.contains(name));
        Self(wanted.map(|(name, _, new)| (*name, new())).collect())
    }

    fn update(&mut self, bytes: &[u8]) {
        for (_, hasher) in &mut self.0 {
            hasher.update(bytes);
        }
    }

    /// The digests of the bytes so far. The caller has computed the SHA-256 itself.
    pub(crate) fn finish(self, sha256: Sha256) -> Digests {
        let others = self.0.into_iter();
        Digests {
            sha256,
            others: others
                .map(|(name, hasher)| (name, hex::encode(hasher.finalize())))
                .collect(),
        }
    }
}

/// A stream that hashes its bytes as they are read.
pub(crate) struct Hashed<'a, S>(pub S, pub &'a mut Hashers);

impl<S: ByteStream> ByteStream for Hashed<'_, S> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.0.fill(buffer)?;
        self.1.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn every_algorithm_gives_a_value_of_its_own_length() {
        let digests = Digests::of(b"a");
        assert_eq!(digests.others.len(), ALGORITHMS.len());
        for (name, length, _) in ALGORITHMS {
            assert_eq!(digests.others[name].len(), *length, "{name}");
        }
        // NIST's example for SHA-512 of "abc".
        assert!(Digests::of(b"abc").others["sha512"].starts_with("ddaf35a193617abacc417349ae204131"));
    }

    #[test]
    fn what_agrees_only_in_part_is_told_apart_from_what_is_something_else() {
        let (a, b) = (Digests::of(b"a"), Digests::of(b"b"));
        let stated = |sha256: &Digests, sha512: &Digests| {
            let (sha256, sha512) = (sha256.sha256.to_string(), sha512.others["sha512"].clone());
            Digests::from_set(&set(&[("sha256", &sha256), ("sha512", &sha512)])).unwrap()
        };
        assert_eq!(stated(&a, &a).agree_with(&a), Agreement::All);
        assert_eq!(stated(&a, &b).agree_with(&a), Agreement::Some);
        assert_eq!(stated(&b, &a).agree_with(&a), Agreement::Some);
        assert_eq!(stated(&b, &b).agree_with(&a), Agreement::None);
        // `bare` has no SHA-512, so the stated one does not agree.
        let bare = Digests::from(a.sha256);
        assert_eq!(stated(&a, &a).agree_with(&bare), Agreement::Some);
        assert_eq!(bare.agree_with(&a), Agreement::All);
        assert_eq!(bare.merged(&stated(&a, &a)), Some(stated(&a, &a)));
        assert_eq!(stated(&a, &b).merged(&stated(&a, &a)), None);
    }

    #[test]
    fn sets_that_cannot_be_checked_are_refused() {
        let sha256 = Sha256::of(b"a").to_string();
        for (pairs, expected) in [
            (&[][..], "has no digest"),
            (&[("md5", "0")], "no sha256, only md5"),
            (&[("sha256", "ab")], "64 lower-case hex"),
            (
                &[("sha256", &sha256), ("sha1", "0")],
                "\"sha1\", which cannot be checked",
            ),
            (&[("sha256", &sha256), ("sha512", "00")], "128 lower-case hex"),
        ] {
            let why = Digests::from_set(&set(pairs)).unwrap_err();
            assert!(why.contains(expected), "{why}");
        }
    }
}
