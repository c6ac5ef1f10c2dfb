//! Executables that are damaged at any place.

use binary_formats::Limits;
use binary_formats::content::Content;
use binary_inspector::Inspection;
use sample_files::{places, program, samples};

#[test]
fn executables_with_any_wrong_byte_are_read_or_refused_without_a_panic() {
    let mut all = samples();
    all.push(("all of elf", program::sample()));
    for (name, sample) in all {
        for at in places(&sample) {
            let mut changed = sample.clone();
            changed[at] = [0, 0xff, sample[at] ^ 1][at % 3];
            let found = Inspection::of(&Content::memory(changed), Limits::default());
            assert!(
                found.is_err() || found.is_ok_and(|found| !found.images.is_empty()),
                "{name}: {at}"
            );
            let cut_off = Content::memory(sample[..at].to_vec());
            let _ = Inspection::of(&cut_off, Limits::default());
        }
    }
}
