//! Finds the places where two runs of bytes differ: offset by offset if equally long, otherwise after alignment.

use std::collections::HashMap;
use std::ops::Range;

use binary_formats::content::{CHUNK_BYTES, Content};
use bit_compare::Result;

/// Differing bytes with at most this many equal bytes between them count as one place.
const JOIN_BYTES: u64 = 8;
/// Bytes that are aligned in two parts of different length. The rest is one place.
const ALIGNED_BYTES: usize = 1 << 20;
/// How far ahead to look for bytes that both have.
const AHEAD_BYTES: usize = 1024;
/// This many equal bytes in a row count as common.
const ANCHOR_BYTES: usize = 16;

/// A place where two contents differ, in bytes. One of the ranges may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) original: Range<u64>,
    pub(crate) rebuilt: Range<u64>,
}

/// All places: the first ones as ranges, the rest as a count.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    pub(crate) first: Vec<Run>,
    pub(crate) count: u64,
    pub(crate) differing_bytes: u64,
    /// Whether both have the same bytes in a different order.
    pub(crate) reordered: bool,
}

/// Compares two contents and keeps the first `most` places, but at least one. Beyond these, contents of different
/// length are not aligned any further.
pub(crate) fn runs(original: &Content, rebuilt: &Content, most: usize) -> Result<Runs> {
    if original.length() == rebuilt.length() {
        compare_in_place(original, rebuilt, most)
    } else {
        align(original, rebuilt, most)
    }
}

/// Fewer bytes in a different order may be chance.
const FEWEST_REORDERED_BYTES: u64 = 4;

fn compare_in_place(original: &Content, rebuilt: &Content, most: usize) -> Result<Runs> {
    let mut runs = Runs::default();
    let mut open: Option<Range<u64>> = None;
    let mut balance = [0_i64; 256];
    let (mut ours, mut theirs) = (original.buffer(), original.buffer());
    let mut start = 0;
    while start < original.length() {
        let count = original.read(start, &mut ours)?;
        rebuilt.read(start, &mut theirs)?;
        if ours[..count] != theirs[..count] {
            let pairs = ours[..count].iter().zip(&theirs[..count]);
            for (index, (our, their)) in pairs.enumerate().filter(|(_, (one, other))| one != other) {
                let at = start + index as u64;
                balance[usize::from(*our)] += 1;
                balance[usize::from(*their)] -= 1;
                runs.differing_bytes += 1;
                match &mut open {
                    Some(run) if at <= run.end + JOIN_BYTES => run.end = at + 1,
                    _ => runs.close(open.replace(at..at + 1), most),
                }
            }
        }
        start += count as u64;
    }
    runs.close(open, most);
    runs.reordered = runs.differing_bytes >= FEWEST_REORDERED_BYTES && balance.iter().all(|balance| *balance == 0);
    Ok(runs)
}

impl Runs {
    fn close(&mut self, run: Option<Range<u64>>, most: usize) {
        if let Some(run) = run {
            self.count += 1;
            if self.first.len() < most.max(1) {
                self.first.push(Run {
                    original: run.clone(),
                    rebuilt: run,
                });
            }
        }
    }

    fn add(&mut self, run: Run, most: usize) {
        let bytes = |range: &Range<u64>| range.end - range.start;
        self.count += 1;
        self.differing_bytes += bytes(&run.original).max(bytes(&run.rebuilt));
        if self.first.len() < most.max(1) {
            self.first.push(run);
        }
    }
}

fn align(original: &Content, rebuilt: &Content, most: usize) -> Result<Runs> {
    let shorter = original.length().min(rebuilt.length());
    let prefix = common(original, rebuilt, shorter, false)?;
    let suffix = common(original, rebuilt, shorter - prefix, true)?;
    let (our_end, their_end) = (original.length() - suffix, rebuilt.length() - suffix);
    let ours = original.bytes(prefix, window(our_end - prefix))?;
    let theirs = rebuilt.bytes(prefix, window(their_end - prefix))?;
    let mut runs = Runs::default();
    let (mut our_at, mut their_at) = (0, 0);
    let run = |ours: Range<u64>, theirs: Range<u64>| Run {
        original: prefix + ours.start..prefix + ours.end,
        rebuilt: prefix + theirs.start..prefix + theirs.end,
    };
    while runs.count < most as u64 {
        let (our_rest, their_rest) = (&ours[our_at..], &theirs[their_at..]);
        let same = our_rest
            .iter()
            .zip(their_rest)
            .take_while(|(one, other)| one == other)
            .count();
        (our_at, their_at) = (our_at + same, their_at + same);
        let Some((our_skip, their_skip)) = resume(&ours[our_at..], &theirs[their_at..]) else {
            break;
        };
        runs.add(
            run(
                our_at as u64..(our_at + our_skip) as u64,
                their_at as u64..(their_at + their_skip) as u64,
            ),
            most,
        );
        (our_at, their_at) = (our_at + our_skip, their_at + their_skip);
    }
    let rest = Run {
        original: prefix + our_at as u64..our_end,
        rebuilt: prefix + their_at as u64..their_end,
    };
    if !rest.original.is_empty() || !rest.rebuilt.is_empty() {
        runs.add(rest, most);
    }
    Ok(runs)
}

fn window(bytes: u64) -> usize {
    usize::try_from(bytes).map_or(ALIGNED_BYTES, |bytes| bytes.min(ALIGNED_BYTES))
}

/// How many bytes to skip on each side until the same bytes follow on both.
fn resume(ours: &[u8], theirs: &[u8]) -> Option<(usize, usize)> {
    let near = &theirs[..theirs.len().min(AHEAD_BYTES)];
    // The first place of each run of `ANCHOR_BYTES` bytes.
    let mut places = HashMap::new();
    for (skip, anchor) in near.windows(ANCHOR_BYTES).enumerate() {
        places.entry(anchor).or_insert(skip);
    }
    let starts = ours.windows(ANCHOR_BYTES).take(AHEAD_BYTES).enumerate();
    starts
        .filter(|(_, anchor)| anchor.iter().any(|byte| *byte != anchor[0]))
        .find_map(|(skip, anchor)| Some((skip, *places.get(anchor)?)))
}

/// Number of common bytes at the start, or at the end, up to `most`.
fn common(original: &Content, rebuilt: &Content, most: u64, from_end: bool) -> Result<u64> {
    let (mut ours, mut theirs) = (original.buffer(), rebuilt.buffer());
    let mut done = 0;
    while done < most {
        let count = (most - done).min(CHUNK_BYTES as u64);
        let at = |content: &Content| {
            if from_end {
                content.length() - done - count
            } else {
                done
            }
        };
        let (ours, theirs) = (&mut ours[..count as usize], &mut theirs[..count as usize]);
        original.read(at(original), ours)?;
        rebuilt.read(at(rebuilt), theirs)?;
        let pairs = ours.iter().zip(&*theirs);
        let is_same = |(one, other): &(&u8, &u8)| one == other;
        let same = if from_end {
            pairs.rev().take_while(is_same).count()
        } else {
            pairs.take_while(is_same).count()
        };
        done += same as u64;
        if (same as u64) < count {
            break;
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(original: &[u8], rebuilt: &[u8]) -> Vec<(Range<u64>, Range<u64>)> {
        let content = |bytes: &[u8]| Content::memory(bytes.to_vec());
        let runs = runs(&content(original), &content(rebuilt), 100).unwrap();
        assert_eq!(runs.first.len() as u64, runs.count);
        runs.first.into_iter().map(|run| (run.original, run.rebuilt)).collect()
    }

    #[test]
    fn places_far_apart_are_each_found_and_near_ones_are_one() {
        let original = vec![0; 400_000];
        let mut rebuilt = original.clone();
        for at in [3, 5, 20, 131_071, 131_072, 399_999] {
            rebuilt[at] = 1;
        }
        let same = |range: Range<u64>| (range.clone(), range);
        assert_eq!(
            ranges(&original, &rebuilt),
            [same(3..6), same(20..21), same(131_071..131_073), same(399_999..400_000)]
        );
    }

    #[test]
    fn texts_of_another_length_are_each_found_for_themselves() {
        let original = b"prefix /build/a/src/main.rs middle of some length /build/a/src/lib.rs end";
        let rebuilt = b"prefix /build/bcd/src/main.rs middle of some length /build/bcd/src/lib.rs end";
        assert_eq!(ranges(original, rebuilt), [(14..15, 14..17), (57..58, 59..62)]);
    }

    #[test]
    fn one_side_that_ends_or_is_empty_has_one_place() {
        assert_eq!(ranges(b"same", b"same and more"), [(4..4, 4..13)]);
        assert_eq!(ranges(b"", b"x"), [(0..0, 0..1)]);
        assert_eq!(ranges(b"aaaa", b"aaa"), [(3..4, 3..3)]);
    }

    #[test]
    fn the_same_bytes_in_another_order_are_told_from_other_bytes() {
        let content = |bytes: &[u8]| Content::memory(bytes.to_vec());
        let reordered = |one: &[u8], other: &[u8]| runs(&content(one), &content(other), 9).unwrap().reordered;
        assert!(reordered(b"one two three", b"two one three"));
        assert!(!reordered(b"one two three", b"two one four."));
        assert!(!reordered(b"ab", b"ba"));
    }

    #[test]
    fn places_beyond_the_limit_are_counted() {
        let original = vec![0; 10_000];
        let rebuilt: Vec<u8> = (0..10_000).map(|at| u8::from(at % 100 == 0)).collect();
        let runs = runs(&Content::memory(original), &Content::memory(rebuilt), 7).unwrap();
        assert_eq!((runs.first.len(), runs.count, runs.differing_bytes), (7, 100, 100));
    }
}
