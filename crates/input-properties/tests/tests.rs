//! The properties of the samples, from which the fuzzers begin.

#![allow(clippy::unwrap_used)]

use binary_formats::content::Content;
use binary_formats::detect;
use input_properties::{check_explanation, check_inspection, check_map, check_unsigned};
use sample_files::causes::cases;
use sample_files::samples;

/// Two contents as one input.
fn pair(one: &[u8], other: &[u8]) -> Vec<u8> {
    let length = u16::try_from(one.len()).unwrap();
    [&length.to_le_bytes(), one, other].concat()
}

#[test]
fn samples_are_mapped_and_inspected_as_any_bytes_have_to_be() {
    for (_, bytes) in samples() {
        let format = detect(&Content::memory(bytes.clone())).unwrap();
        check_map(format, &bytes);
        check_inspection(&bytes);
    }
}

#[test]
fn pairs_of_every_cause_are_explained_and_compared_without_signatures_as_any_have_to_be() {
    for (_, one, other) in cases() {
        check_explanation(&pair(&one, &other));
        check_unsigned(&pair(&one, &other));
    }
}
