//! What is signed, and what says whom to trust, changed at random by the same steps in every run: whatever is still taken
//! for valid keeps the promises of its type.

use build_attestation::envelopes::{self, SignedContent};
use build_attestation::intoto::Statement;
use build_attestation::keys::{PrivateKey, PublicKey};
use build_attestation::policy::Policy;
use build_attestation::{Limits, dsse};
use serde_json::Value;
use untrusted_input::digest::Sha256;
use untrusted_input::json;

use crate::trust::{Scene, ed25519, p256, policy};
use crate::util::Folder;

/// Numbers that look random (xorshift), the same in every run.
struct Chance(u64);

impl Chance {
    /// A number from 0 to `end`, that not included.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// Some bytes with one to four changes: replaced, removed, repeated, cut off, or exchanged for what is meaningful.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        const TOKENS: [&[u8]; 12] = [
            b"{",
            b"}",
            b"[",
            b"]",
            b"\"",
            b",",
            b":",
            b"\\",
            b"\n",
            b"null",
            b"-----BEGIN ",
            b"\xff",
        ];
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let (at, length) = (self.below(bytes.len()), self.below(40));
            let end = (at + length).min(bytes.len());
            match self.below(5) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let copy = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, copy);
                }
                3 => bytes.truncate(at),
                _ => {
                    let token = TOKENS[self.below(TOKENS.len())];
                    bytes.splice(at..at, token.iter().copied());
                }
            }
        }
        bytes
    }
}

/// Tries `count` spoilt versions of each seed; returns how many were taken for valid.
fn try_all(seeds: &[Vec<u8>], count: usize, mut is_valid: impl FnMut(&[u8]) -> bool) -> usize {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut valid = 0;
    for seed in seeds {
        assert!(is_valid(seed), "{:?}", String::from_utf8_lossy(seed));
        for _ in 0..count {
            valid += usize::from(is_valid(&chance.spoil(seed)));
        }
    }
    valid
}

/// Two statements of this project, in every wrapping.
fn attestations() -> Vec<Vec<u8>> {
    let statements = statements();
    let lines = [
        dsse::to_line(&statements[0], &ed25519(1)),
        dsse::to_bundle(&statements[1], &p256(2)),
    ];
    vec![lines[0].clone(), lines[1].clone(), lines.concat()]
}

fn statements() -> [Vec<u8>; 2] {
    let scene = Scene::new();
    [1, 2].map(|number| scene.statement(number).to_string().into_bytes())
}

#[test]
fn whatever_is_spoilt_only_what_was_signed_is_ever_taken_for_signed() {
    let keys = [ed25519(1).public(), p256(2).public()];
    let statements = statements();
    let valid = try_all(&attestations(), 1000, |bytes| {
        let Ok(attestations) = envelopes::parse("spoilt", bytes, &Limits::default()) else {
            return false;
        };
        assert!(!attestations.is_empty());
        for signed in attestations {
            for key in signed.signers(&keys) {
                let SignedContent::Payload { payload_type, payload } = &signed.content else {
                    panic!("nobody has signed a link");
                };
                assert_eq!(payload_type, dsse::IN_TOTO);
                let index = keys.iter().position(|other| other == key).unwrap();
                assert_eq!(payload, &statements[index]);
            }
        }
        true
    });
    assert!(valid > 0, "every change made it invalid, so that nothing was tried");
}

#[test]
fn whatever_is_spoilt_a_statement_has_subjects_with_names_inside_a_folder() {
    let valid = try_all(&statements(), 3000, |bytes| match Statement::from_json(bytes) {
        Ok(statement) => {
            assert!((1..=1024).contains(&statement.subjects.len()));
            for name in statement.subjects.iter().filter_map(|subject| subject.name.as_ref()) {
                assert!(!name.is_empty() && !name.starts_with('/') && !name.split('/').any(|part| part == ".."));
            }
            true
        }
        Err(why) => {
            assert!(!why.is_empty());
            false
        }
    });
    assert!(valid > 0);
}

#[test]
fn whatever_is_spoilt_json_that_is_taken_means_the_same_to_who_takes_the_first_and_the_last_key() {
    let valid = try_all(&statements(), 3000, |bytes| {
        match json::from_slice::<Value>(bytes) {
            Ok(value) => {
                // Written and read again, nothing is gone: no key has hidden another.
                let again = value.to_string();
                let keys = |text: &[u8]| text.iter().filter(|byte| **byte == b':').count();
                assert!(keys(again.as_bytes()) >= keys(bytes), "{again}");
                assert_eq!(json::from_slice::<Value>(again.as_bytes()).unwrap(), value);
                true
            }
            Err(why) => {
                assert!(!why.is_empty());
                false
            }
        }
    });
    assert!(valid > 0);
}

#[test]
fn whatever_is_spoilt_a_policy_requires_something_of_somebody() {
    let folder = Folder::new();
    for (name, key) in [("one.pub", ed25519(1)), ("two.pub", p256(2))] {
        folder.write(name, key.public().to_pem());
    }
    let valid = try_all(&[policy().into_bytes()], 2000, |bytes| {
        folder.write("policy.toml", bytes);
        match Policy::read(&folder.path("policy.toml")) {
            Ok(policy) => {
                assert!(policy.threshold >= 1 && policy.threshold <= policy.keys.len());
                assert!(!policy.build_types.is_empty());
                assert_eq!(policy.sha256(), Sha256::of(&policy.to_json()));
                true
            }
            Err(error) => {
                assert_eq!(error.to_string().lines().count(), 1, "{error}");
                false
            }
        }
    });
    assert!(valid > 0);
}

#[test]
fn whatever_is_spoilt_a_key_is_one_that_can_be_written_and_read_again() {
    let publics: Vec<_> = [ed25519(1), p256(2)]
        .iter()
        .map(|key| key.public().to_pem().into_bytes())
        .collect();
    try_all(&publics, 3000, |bytes| {
        let key = std::str::from_utf8(bytes)
            .ok()
            .and_then(|pem| PublicKey::from_pem(pem).ok());
        key.is_some_and(|key| {
            assert_eq!(PublicKey::from_pem(&key.to_pem()).unwrap(), key);
            assert!(!key.verifies(b"message", &ed25519(3).sign(b"message")));
            true
        })
    });
    let privates: Vec<_> = [ed25519(1), p256(2)]
        .iter()
        .map(|key| key.to_pem().as_bytes().to_vec())
        .collect();
    try_all(&privates, 1000, |bytes| {
        let key = std::str::from_utf8(bytes)
            .ok()
            .and_then(|pem| PrivateKey::from_pem(pem).ok());
        key.is_some_and(|key| {
            assert!(key.public().verifies(b"message", &key.sign(b"message")));
            true
        })
    });
}
