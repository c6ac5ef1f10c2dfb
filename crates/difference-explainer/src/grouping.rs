//! Findings that are alike, as one; and what a single one is evidence of because it is alone.

use std::collections::BTreeMap;

use bit_compare::explanation::Kind;
use untrusted_input::format::Format;

use crate::finding::Finding;
use crate::{Clue, causes};

/// A value that differs alone is taken for a seed up to this many bytes.
const LONGEST_CONSTANT_BYTES: u64 = 16;

/// The findings of one pair of contents, with those that are alike as one.
pub(crate) fn group(mut found: Vec<Finding>) -> Vec<Finding> {
    let plain = |finding: &&mut Finding| {
        finding.field.is_none()
            && finding.kind == Kind::Changed
            && finding.clue.is_none()
            && !finding.derived
    };
    let mut unknown = found.iter_mut().filter(plain);
    if let (Some(only), None) = (unknown.next(), unknown.next()) {
        if only.places == 1 && only.differing_bytes <= LONGEST_CONSTANT_BYTES {
            only.clue = Some(Clue::LoneConstant);
        }
    }
    let mut list: Vec<Finding> = Vec::new();
    let mut groups: BTreeMap<(&str, Option<String>, Kind), usize> = BTreeMap::new();
    for finding in found {
        // One explanation for a thousand members with another time, one for all that follows from others, one for
        // the headers of everything that only one side has.
        let cause = finding.cause().map(|(cause, _)| cause.id);
        let one_sided = matches!(finding.kind, Kind::Missing | Kind::Unexpected);
        let group = match (&finding.field, cause) {
            (_, Some(causes::FOLLOWS)) => Some((causes::FOLLOWS, None, finding.kind)),
            (Some(_), None) if one_sided && finding.format != Format::Json => {
                Some(("", Some(finding.part.clone()), finding.kind))
            }
            (Some(field), Some(id)) => Some((id, Some(field.clone()), finding.kind)),
            _ => None,
        };
        match group.as_ref().and_then(|group| groups.get(group)) {
            Some(at) => {
                let first = &mut list[*at];
                let (places, bytes) = (finding.places, finding.differing_bytes);
                if first.field.is_none() && finding.field.is_some() {
                    // A field says more than padding or addresses do.
                    let finding = std::mem::replace(first, finding);
                    (first.places, first.differing_bytes) =
                        (finding.places, finding.differing_bytes);
                }
                first.places += places;
                first.differing_bytes += bytes;
            }
            None => {
                groups.extend(group.map(|group| (group, list.len())));
                list.push(finding);
            }
        }
    }
    list
}
