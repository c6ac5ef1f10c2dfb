//! `verify`: documents, policies and keys with random changes. The properties that the fuzzers check hold for each of
//! them. The changes are the same in every run.

use input_properties::trust::{Truth, check_statement};
use serde_json::Value;
use sha2::Digest as _;
use untrusted_input::json;

use crate::builders::{ed25519, p256, policy};

const ATTESTATIONS: [&[u8]; 3] = [
    include_bytes!("seeds/envelopes/bundle"),
    include_bytes!("seeds/envelopes/line"),
    include_bytes!("seeds/verify/all"),
];
const STATEMENTS: [&[u8]; 2] = [
    include_bytes!("seeds/statement/flake"),
    include_bytes!("seeds/statement/oss-rebuild"),
];

/// The attestations that the keys of these tests really signed.
fn truth() -> Truth {
    let keys = [
        include_str!("seeds/keys/one"),
        include_str!("seeds/keys/two"),
        include_str!("seeds/keys/link"),
    ];
    Truth::new(include_bytes!("seeds/verify/all"), keys, b"\x7fELF server")
}

/// Pseudo-random numbers (xorshift), the same in every run.
struct Random(u64);

impl Random {
    /// The next number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// Makes one to four changes: it flips a bit, removes, repeats or cuts off bytes, or inserts a token.
    fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
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

/// Checks each seed, and `count` changed versions of it. Some of these must be valid, or the check would prove nothing.
fn check_changed(seeds: &[&[u8]], count: usize, check: impl Fn(&[u8]) -> bool) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut valid = 0;
    for seed in seeds {
        assert!(check(seed), "{:?}", String::from_utf8_lossy(seed));
        for _ in 0..count {
            valid += usize::from(check(&random.change(seed)));
        }
    }
    assert!(valid > 0, "no changed version is valid");
}

#[test]
fn changed_attestations_verify_only_what_was_signed() {
    let truth = truth();
    check_changed(&ATTESTATIONS, 150, |bytes| truth.check_verification(bytes));
}

#[test]
fn changed_statements_have_subjects_with_names_inside_a_folder() {
    check_changed(&STATEMENTS, 3000, check_statement);
}

/// Two readers understand an accepted document in the same way, whether they take the first or the last of two equal
/// keys.
#[test]
fn changed_json_loses_no_key_when_it_is_read() {
    check_changed(&STATEMENTS, 3000, |bytes| match json::from_slice::<Value>(bytes) {
        Ok(value) => {
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
    });
}

#[test]
fn changed_policies_require_at_least_one_builder() {
    let truth = truth();
    check_changed(&[policy().as_bytes()], 2000, |bytes| truth.check_policy(bytes));
}

#[test]
fn changed_keys_are_written_and_read_again_and_verify_only_their_own_signatures() {
    let truth = truth();
    for key in [ed25519(1), p256(2)] {
        check_changed(&[key.public().to_pem().as_bytes()], 3000, |bytes| {
            truth.check_key(bytes)
        });
        check_changed(&[key.to_pem().as_bytes()], 1000, |bytes| truth.check_key(bytes));
    }
}

/// Random edits as a fuzzer makes them.
fn edits(number: u32) -> Vec<u8> {
    let bytes = sha2::Sha256::digest(number.to_le_bytes());
    // One to four edits.
    bytes[..6 * (1 + number as usize % 4)].to_vec()
}

#[test]
fn no_edit_of_what_was_signed_verifies_anything_else_or_with_fewer_keys() {
    let truth = truth();
    for number in 0..150 {
        truth.check_mutation(&edits(number));
    }
}

#[test]
fn without_an_edit_what_was_signed_verifies() {
    truth().check_mutation(&[]);
}

/// A payload gets the signature of another key, alone or with everything after it.
#[test]
fn signatures_do_not_move_from_one_attestation_to_another() {
    const MARKER: &str = "\"sig\":\"";
    let truth = truth();
    let lines: Vec<_> = include_str!("seeds/verify/all").lines().collect();
    let parts = |line: usize| lines[line].split_once(MARKER).unwrap();
    let signature = |line| parts(line).1.split('"').next().unwrap();
    for (one, other) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
        let joined = format!("{}{MARKER}{}", parts(one).0, parts(other).1);
        truth.check_verification(joined.as_bytes());
        let moved = lines[one].replacen(signature(one), signature(other), 1);
        truth.check_verification(moved.as_bytes());
    }
}
