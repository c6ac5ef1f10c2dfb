//! A policy: the trusted keys, the required number of builders, and the accepted builds.
//!
//! No default of a policy allows anything. A policy [`file`](mod@file) has to state every permission, and options on
//! the command line can only restrict them.

pub mod file;

mod quoting;

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _};
use untrusted_input::digest::Sha256;

use crate::claim::build_types;
use crate::clock::Timestamp;
use crate::keys::{Fingerprint, PublicKey};
use crate::shared_inputs::InputKind;
use crate::uri::AbsoluteUri;

/// The word for "no restriction". It must be written explicitly.
const ANY: &str = "any";

/// The error for a value that is neither this word nor a list.
const NEITHER: &str = "it is neither \"any\" nor a list of allowed values";

/// All requirements. In JSON, keys appear by their fingerprints, which records what was required and whom the policy
/// trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// How many independent builders must agree; at least 1.
    pub threshold: usize,
    /// The trusted keys, without duplicates, sorted by fingerprint.
    pub keys: Vec<TrustedKey>,
    /// The builders that count. A disagreement of any other trusted builder still rejects the artifact.
    pub builders: Allowed<AbsoluteUri>,
    /// The build types that count.
    pub build_types: BTreeSet<String>,
    /// The commits that the artifact may be built from.
    pub revision: Allowed<String>,
    /// The source trees that the artifact may be built from, by the hash of the Nix archive.
    pub nar_hash: Allowed<String>,
    /// The products that the artifact may be, by the names of [`Product::names`](crate::claim::Product::names).
    pub products: Allowed<String>,
    /// The platforms that the artifact may be for.
    pub platforms: Allowed<String>,
    /// The names of the conditions that the rebuild must have varied.
    pub variations: BTreeSet<String>,
    /// The inputs that both builds may share besides pinned archives. Unless this is `any`, a claim must list them.
    pub shared_inputs: Allowed<InputKind>,
}

/// A trusted key, and the builders that it may sign for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrustedKey {
    /// The fingerprint.
    pub fingerprint: Fingerprint,
    /// The key.
    #[serde(skip)]
    pub key: PublicKey,
    /// The builders that the key may sign for.
    pub builders: Allowed<AbsoluteUri>,
    /// When the key expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
}

/// A set of allowed values. In JSON and TOML it is a non-empty list, or the word `any`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed<T> {
    /// Every value, and also an unknown one.
    Any,
    /// Only these values.
    Only(BTreeSet<T>),
}

impl<T: Ord> Allowed<T> {
    /// Allows only `value`.
    pub(crate) fn one(value: T) -> Self {
        Self::Only(BTreeSet::from([value]))
    }

    /// Whether `value` is allowed. `None` is an unknown value.
    pub(crate) fn allows(&self, value: Option<&T>) -> bool {
        match self {
            Self::Any => true,
            Self::Only(allowed) => value.is_some_and(|value| allowed.contains(value)),
        }
    }

    /// Whether all `values` are allowed. `None` means that they are unknown.
    pub(crate) fn allows_all(&self, values: Option<&BTreeSet<T>>) -> bool {
        match self {
            Self::Any => true,
            Self::Only(allowed) => values.is_some_and(|values| values.is_subset(allowed)),
        }
    }

    /// The allowed value, if there is exactly one.
    pub(crate) fn only(&self) -> Option<&T> {
        match self {
            Self::Only(allowed) if allowed.len() == 1 => allowed.first(),
            _ => None,
        }
    }
}

impl<T: Serialize> Serialize for Allowed<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str(ANY),
            Self::Only(allowed) => allowed.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Allowed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Either<T> {
            Word(String),
            List(Vec<T>),
        }
        // NB: serde calls this for a missing field too. Keep that error, because it names the field.
        let either = Either::deserialize(deserializer).map_err(|error| {
            if error.to_string().starts_with("missing field") {
                error
            } else {
                D::Error::custom(NEITHER)
            }
        })?;
        match either {
            Either::Word(word) if word == ANY => Ok(Self::Any),
            Either::Word(_) => Err(D::Error::custom(NEITHER)),
            Either::List(list) if list.is_empty() => Err(D::Error::custom("an empty list allows nothing at all")),
            Either::List(list) => Ok(Self::Only(list.into_iter().collect())),
        }
    }
}

/// Restrictions from the command line. They add to a policy file or to [`Policy::of_keys`], and never relax it.
#[derive(Clone, Debug, Default)]
pub struct Restrictions {
    /// A higher threshold.
    pub threshold: Option<usize>,
    /// Only these builders. An empty set adds no restriction.
    pub builders: BTreeSet<AbsoluteUri>,
    /// Only this commit.
    pub revision: Option<String>,
}

impl Policy {
    /// A policy that trusts these keys for every builder and every known build type. Duplicate keys count once.
    pub fn of_keys(keys: Vec<PublicKey>) -> Self {
        let trusted = keys.into_iter().map(|key| TrustedKey {
            fingerprint: key.fingerprint(),
            key,
            builders: Allowed::Any,
            not_after: None,
        });
        Self {
            threshold: 1,
            keys: sorted(trusted.collect()),
            builders: Allowed::Any,
            build_types: build_types().into_iter().map(str::to_owned).collect(),
            revision: Allowed::Any,
            nar_hash: Allowed::Any,
            products: Allowed::Any,
            platforms: Allowed::Any,
            variations: BTreeSet::new(),
            shared_inputs: Allowed::Any,
        }
    }

    /// Adds restrictions to this policy.
    ///
    /// # Errors
    /// When a restriction would allow what the policy does not allow.
    pub fn restrict(mut self, by: Restrictions) -> Result<Self, String> {
        if let Some(threshold) = by.threshold {
            if threshold < self.threshold {
                return Err(format!(
                    "it requires {} builders, and {threshold} are fewer",
                    self.threshold
                ));
            }
            self.threshold = threshold;
        }
        if let Some(revision) = by.revision {
            if !self.revision.allows(Some(&revision)) {
                return Err(format!("it does not allow the revision {revision}"));
            }
            self.revision = Allowed::one(revision);
        }
        if !by.builders.is_empty() {
            if let Some(unknown) = by.builders.iter().find(|id| !self.trusts(id)) {
                return Err(format!("it does not trust the builder {unknown}"));
            }
            self.builders = Allowed::Only(by.builders);
        }
        Ok(self)
    }

    fn trusts(&self, builder: &AbsoluteUri) -> bool {
        let has_key = |key: &TrustedKey| key.builders.allows(Some(builder));
        self.builders.allows(Some(builder)) && self.keys.iter().any(has_key)
    }

    /// Whether any key expires. The verifier then needs the time.
    pub(crate) fn needs_time(&self) -> bool {
        self.keys.iter().any(|key| key.not_after.is_some())
    }

    /// This policy as JSON, on one line.
    pub fn to_json(&self) -> Vec<u8> {
        #[allow(clippy::expect_used, reason = "it holds nothing but strings, numbers and lists")]
        serde_json::to_vec(self).expect("a policy can be written")
    }

    /// The digest of [`Policy::to_json`].
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(&self.to_json())
    }
}

impl AsRef<PublicKey> for TrustedKey {
    fn as_ref(&self) -> &PublicKey {
        &self.key
    }
}

impl TrustedKey {
    /// Whether the key is valid at `now`. A key is no longer valid at the very time of its expiry. A key that expires
    /// is not valid at an unknown time.
    pub(crate) fn is_valid_at(&self, now: Option<Timestamp>) -> bool {
        self.not_after.is_none_or(|end| now.is_some_and(|now| now < end))
    }
}

fn sorted(mut keys: Vec<TrustedKey>) -> Vec<TrustedKey> {
    keys.sort_by(|one, other| one.fingerprint.cmp(&other.fingerprint));
    keys.dedup_by(|one, other| one.fingerprint == other.fingerprint);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::PrivateKey;

    fn key(seed: u8) -> PublicKey {
        PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32])).public()
    }

    fn uri(text: &str) -> AbsoluteUri {
        AbsoluteUri::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn the_same_key_twice_is_one_key() {
        let policy = Policy::of_keys(vec![key(1), key(2), key(1)]);
        assert_eq!(policy.keys.len(), 2);
        assert_eq!(policy, Policy::of_keys(vec![key(2), key(1)]));
    }

    #[test]
    fn options_restrict_a_policy_and_never_relax_it() {
        let policy = Policy {
            threshold: 2,
            revision: Allowed::one("a".into()),
            ..Policy::of_keys(vec![key(1)])
        };
        let restrict = |by| policy.clone().restrict(by);
        let threshold = |threshold| Restrictions {
            threshold: Some(threshold),
            ..Restrictions::default()
        };
        assert_eq!(restrict(threshold(2)).unwrap().threshold, 2);
        assert_eq!(restrict(threshold(3)).unwrap().threshold, 3);
        assert!(restrict(threshold(1)).unwrap_err().contains("fewer"));
        let revision = |text: &str| Restrictions {
            revision: Some(text.into()),
            ..Restrictions::default()
        };
        assert_eq!(restrict(revision("a")).unwrap().revision, Allowed::one("a".into()));
        assert!(restrict(revision("b")).unwrap_err().contains("does not allow"));

        let builder = |id| Restrictions {
            builders: BTreeSet::from([uri(id)]),
            ..Restrictions::default()
        };
        let one = restrict(builder("a:1")).unwrap();
        assert_eq!(one.builders, Allowed::one(uri("a:1")));
        assert_eq!(one.keys, policy.keys);
        assert!(one.restrict(builder("a:2")).unwrap_err().contains("does not trust"));
        // The policy allows every builder, but has no key for `a:2`.
        let mut of_one = policy.clone();
        of_one.keys[0].builders = Allowed::one(uri("a:1"));
        assert!(of_one.clone().restrict(builder("a:1")).is_ok());
        assert!(of_one.restrict(builder("a:2")).is_err());
        assert_eq!(restrict(Restrictions::default()), Ok(policy.clone()));
    }

    #[test]
    fn only_one_that_is_allowed_is_the_only_one() {
        assert_eq!(Allowed::<u8>::Any.only(), None);
        assert_eq!(Allowed::one(1).only(), Some(&1));
        assert_eq!(Allowed::Only(BTreeSet::from([1, 2])).only(), None);
    }

    #[test]
    fn anything_is_allowed_only_by_a_word_of_its_own_and_nothing_by_no_list() {
        let read = |json: &str| serde_json::from_str::<Allowed<String>>(json);
        for (json, allowed) in [
            (r#""any""#, Allowed::Any),
            (r#"["any"]"#, Allowed::one("any".into())),
            (r#"["a","b"]"#, Allowed::Only(BTreeSet::from(["a".into(), "b".into()]))),
        ] {
            assert_eq!(read(json).unwrap(), allowed);
            assert_eq!(serde_json::to_string(&allowed).unwrap(), json);
        }
        for (json, expected) in [
            (r#""all""#, NEITHER),
            ("1", NEITHER),
            ("[1]", NEITHER),
            ("[]", "an empty list allows nothing at all"),
        ] {
            let why = read(json).unwrap_err().to_string();
            assert!(why.starts_with(expected), "{json}: {why}");
        }
    }

    #[test]
    fn a_policy_is_known_by_the_digest_of_all_that_it_requires() {
        let mut policy = Policy::of_keys(vec![key(1)]);
        assert!(!policy.needs_time());
        let before = policy.sha256();
        policy.keys[0].not_after = Timestamp::parse("2026-01-01T00:00:00Z").ok();
        assert!(policy.needs_time());
        let json = format!(
            r#"{{"threshold":1,"keys":[{{"fingerprint":"{}","builders":"any","not_after":"2026-01-01T00:00:00Z"}}],"#,
            key(1).fingerprint()
        ) + r#""builders":"any","build_types":["https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1","#
            + r#""https://docs.oss-rebuild.dev/builds/Rebuild@v0.1","urn:samebits:in-toto-link:v0.9","#
            + r#""urn:samebits:nix-rebuild:v2"],"revision":"any","nar_hash":"any","products":"any","platforms":"any","variations":[],"shared_inputs":"any"}"#;
        assert_eq!(String::from_utf8(policy.to_json()).unwrap(), json);
        assert_eq!(policy.sha256(), Sha256::of(json.as_bytes()));
        assert_ne!(policy.sha256(), before);
    }

    #[test]
    fn what_is_not_known_is_allowed_only_where_anything_is() {
        assert!(Allowed::<u8>::Any.allows(None));
        assert!(!Allowed::one(1).allows(None));
        assert!(!Allowed::one(1).allows(Some(&2)));
        assert!(Allowed::one(1).allows(Some(&1)));
    }

    #[test]
    fn a_key_that_expires_is_valid_until_then_and_never_at_an_unknown_time() {
        let time = |text| Some(Timestamp::parse(text).unwrap());
        let mut key = Policy::of_keys(vec![key(1)]).keys.remove(0);
        assert!(key.is_valid_at(None));
        key.not_after = time("2026-01-01T00:00:00Z");
        assert!(key.is_valid_at(time("2025-12-31T23:59:59.999999999Z")));
        assert!(!key.is_valid_at(time("2026-01-01T00:00:00Z")));
        assert!(!key.is_valid_at(time("2026-01-01T00:00:00.5Z")));
        assert!(!key.is_valid_at(time("2026-01-01T00:00:01Z")));
        assert!(!key.is_valid_at(None));
    }
}
