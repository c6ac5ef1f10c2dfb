//! What the fuzzers check about trust, of as many inputs as a test may take, the same in every run.

use sha2::Digest as _;

#[path = "checks.rs"]
#[allow(dead_code, unreachable_pub, reason = "the fuzzers use all of it, from another crate")]
mod checks;

/// Edits as the fuzzer would make them: bytes that nobody chose.
fn edits(number: u32) -> Vec<u8> {
    let bytes = sha2::Sha256::digest(number.to_le_bytes());
    // One to four edits.
    bytes[..6 * (1 + number as usize % 4)].to_vec()
}

#[test]
fn no_edit_of_what_was_signed_verifies_anything_else_or_with_fewer_keys() {
    for number in 0..150 {
        checks::check_mutation(&edits(number));
    }
}

#[test]
fn without_an_edit_what_was_signed_verifies() {
    checks::check_mutation(&[]);
}

/// What one signed, under the signature of another and under all that follows it.
#[test]
fn signatures_do_not_move_from_one_attestation_to_another() {
    const MARKER: &str = "\"sig\":\"";
    let lines: Vec<_> = include_str!("seeds/verify/all").lines().collect();
    let parts = |line: usize| lines[line].split_once(MARKER).unwrap();
    let signature = |line| parts(line).1.split('"').next().unwrap();
    for (one, other) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
        let joined = format!("{}{MARKER}{}", parts(one).0, parts(other).1);
        checks::check_verification(joined.as_bytes());
        let moved = lines[one].replacen(signature(one), signature(other), 1);
        checks::check_verification(moved.as_bytes());
    }
}
