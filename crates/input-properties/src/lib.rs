//! Properties that must hold for any bytes. Besides these, nothing may panic, hang or use unbounded memory.
//!
//! Each function checks a property for one input, and panics if it does not hold. It proves nothing about other inputs:
//! the fuzz targets and the tests choose the inputs.

pub mod trust;

use binary_formats::content::Content;
use binary_formats::{Context, Error, Limits, MapFailure, map, unsigned};
use binary_inspector::Inspection;
use bit_compare::path::EntryPath;
use difference_explainer::contents::explain;
use untrusted_input::format::Format;

/// Limits that are small enough for a fuzzer to reach.
fn limits() -> Limits {
    Limits {
        unpacked_bytes: 4 << 20,
        parts: 1000,
        fields: 4000,
        text_bytes: 1 << 20,
        ..Limits::default()
    }
}

fn content(bytes: &[u8]) -> Content {
    Content::memory(bytes.to_vec())
}

/// Splits an input into two contents. It begins with the length of the first, in two bytes.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_le_bytes(*length).into())
}

/// Checks that a map covers every byte exactly once, in order, and that its fields lie in their parts.
///
/// # Panics
/// When the property does not hold.
pub fn check_map(format: Format, bytes: &[u8]) {
    let content = content(bytes);
    let mut context = Context::new(limits(), content.length());
    let map = match map(format, &content, &mut context) {
        Ok(map) => map,
        Err(MapFailure::Malformed(why)) => return assert!(!why.is_empty()),
        Err(MapFailure::Unreadable(error)) => panic!("{error}"),
    };
    let mut at = 0;
    for part in &map.parts {
        assert_eq!(part.range.start, at, "{}", part.name);
        assert!(part.range.end > at, "{}", part.name);
        for field in &part.fields {
            assert!(field.range.start >= at && field.range.end <= part.range.end);
            at = field.range.end;
        }
        at = part.range.end;
    }
    assert_eq!(at, bytes.len() as u64);
}

/// Checks that contents have explanations if they differ, and only then, within the limits.
///
/// # Panics
/// When the property does not hold.
pub fn check_explanation(bytes: &[u8]) {
    let Some((one, other)) = split(bytes) else {
        return;
    };
    let Ok(path) = EntryPath::new("x") else {
        return;
    };
    let within = difference_explainer::Limits {
        formats: limits(),
        ..difference_explainer::Limits::default()
    };
    let explained = explain(&path, &content(one), &content(other), within);
    let explained = explained.expect("memory can be read");
    assert_eq!(explained.explanations.is_empty(), one == other);
    assert!(explained.explanations.len() <= within.explanations_of_a_file);
}

/// Checks that an inspection gives the same result each time, and that it can be written.
///
/// # Panics
/// When the property does not hold.
pub fn check_inspection(bytes: &[u8]) {
    let content = content(bytes);
    if let Ok(inspection) = Inspection::of(&content, limits()) {
        let again = Inspection::of(&content, limits()).ok();
        assert_eq!(again.as_ref(), Some(&inspection));
        assert!(!inspection.to_json().is_empty());
        assert!(!inspection.to_text("x").contains('\x1b'));
    }
}

/// Checks that the common digest of two contents does not depend on their order, and that it is the digest of one of
/// them.
///
/// # Panics
/// When the property does not hold.
pub fn check_unsigned(bytes: &[u8]) {
    let Some((one, other)) = split(bytes) else {
        return;
    };
    let digest = |one, other| match unsigned::common_digest(&content(one), &content(other)) {
        Ok(digest) => Ok(digest),
        // The signature is malformed.
        Err(Error::Invalid { why, .. }) => Err(why.is_empty()),
        Err(error) => panic!("{error}"),
    };
    let common = digest(one, other);
    assert_eq!(common, digest(other, one));
    if let Ok(Some(_)) = common {
        assert!(digest(one, one) == common || digest(other, other) == common);
    }
}
