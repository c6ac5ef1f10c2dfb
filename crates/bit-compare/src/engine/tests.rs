//! The chunks of a comparison do not change its result, which is that of a byte-by-byte comparison.

use super::*;
use crate::error::Error;
use untrusted_input::InputError as _;

impl ByteStream for &[u8] {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = buffer.len().min(self.len());
        let (now, later) = self.split_at(count);
        buffer[..count].copy_from_slice(now);
        *self = later;
        Ok(count)
    }
}

/// Returns some chunks and then fails.
struct Failing(usize);

impl ByteStream for Failing {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0 = self.0.checked_sub(1).ok_or(Error::changed("failing"))?;
        Ok(buffer.len())
    }
}

/// Compares byte by byte, without chunks.
fn compare_bytewise(original: &[u8], rebuilt: &[u8]) -> Compared {
    let measured = |bytes: &[u8]| Measured {
        size_bytes: bytes.len() as u64,
        sha256: Sha256::of(bytes),
    };
    let differing: Vec<_> = (0..original.len().max(rebuilt.len()))
        .filter(|at| original.get(*at) != rebuilt.get(*at))
        .collect();
    Compared {
        original: measured(original),
        rebuilt: measured(rebuilt),
        difference: differing.first().map(|first| ContentDifference {
            first_differing_offset_bytes: *first as u64,
            differing_bytes: differing.len() as u64,
        }),
    }
}

fn check(original: &[u8], rebuilt: &[u8]) {
    let expected = compare_bytewise(original, rebuilt);
    let mut engine = Engine::default();
    assert_eq!(engine.compare(original, rebuilt).unwrap(), expected);
    assert_eq!(engine.compare_on_two_threads(original, rebuilt).unwrap(), expected);
    assert_eq!(engine.measure(original).unwrap(), expected.original);
}

#[test]
fn every_length_around_a_chunk_against_every_other_is_found_right() {
    let lengths = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES];
    let content: Vec<u8> = (0..2 * CHUNK_BYTES).map(|at| (at % 251) as u8).collect();
    for original in lengths {
        for rebuilt in lengths {
            check(&content[..original], &content[..rebuilt]);
        }
    }
}

#[test]
fn more_chunks_than_fit_between_the_threads_are_all_compared() {
    let content = vec![9; (CHUNKS_IN_FLIGHT + 3) * CHUNK_BYTES + 1];
    check(&content, &content);
    check(&content, &[]);
    check(&[], &content);
    check(&content, &content[1..]);
}

#[test]
fn one_flipped_byte_is_found_wherever_it_is() {
    let original = vec![7; 3 * CHUNK_BYTES + 5];
    for at in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 4] {
        let mut rebuilt = original.clone();
        rebuilt[at] ^= 1;
        check(&original, &rebuilt);
        rebuilt.truncate(at + 1);
        check(&original, &rebuilt);
        check(&rebuilt, &original);
    }
}

#[test]
fn differences_far_apart_are_all_counted() {
    let original = vec![0; 5 * CHUNK_BYTES];
    let mut rebuilt = original.clone();
    for at in [3, 4, CHUNK_BYTES + 9, 5 * CHUNK_BYTES - 1] {
        rebuilt[at] = 1;
    }
    check(&original, &rebuilt);
}

#[test]
fn a_side_that_fails_is_an_error_on_either_side_and_never_an_end() {
    let full = vec![0; 3 * CHUNK_BYTES];
    let mut engine = Engine::default();
    for chunks in [0, 1, 3, 20] {
        assert!(engine.compare(Failing(chunks), &full[..]).is_err());
        assert!(engine.compare(&full[..], Failing(chunks)).is_err());
        assert!(engine.compare_on_two_threads(Failing(chunks), &full[..]).is_err());
        assert!(engine.compare_on_two_threads(&full[..], Failing(chunks)).is_err());
        assert!(engine.compare_on_two_threads(Failing(chunks), Failing(chunks)).is_err());
        assert!(engine.measure(Failing(chunks)).is_err());
    }
}
