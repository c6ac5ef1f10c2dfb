//! The properties hold for the samples. The fuzzers begin with these.

#![allow(clippy::unwrap_used)]

use binary_formats::content::Content;
use binary_formats::detect;
use input_properties::{check_explanation, check_inspection, check_map, check_unsigned};
use sample_files::causes::cases;
use sample_files::samples;

/// Joins two contents into one input.
fn pair(one: &[u8], other: &[u8]) -> Vec<u8> {
    let length = u16::try_from(one.len()).unwrap();
    [&length.to_le_bytes(), one, other].concat()
}

#[test]
fn maps_and_inspections_of_all_samples_have_the_properties() {
    for (_, bytes) in samples() {
        let format = detect(&Content::memory(bytes.clone())).unwrap();
        check_map(format, &bytes);
        check_inspection(&bytes);
    }
}

#[test]
fn explanations_and_common_digests_of_the_pairs_of_every_cause_have_the_properties() {
    for (_, one, other) in cases() {
        check_explanation(&pair(&one, &other));
        check_unsigned(&pair(&one, &other));
    }
}
