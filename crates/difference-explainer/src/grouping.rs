//! Differences that are alike, as one; and what a single one is evidence of because it is alone.

use std::collections::BTreeMap;

use bit_compare::explanation::ChangeKind;
use untrusted_input::format::Format;

use crate::causes;
use crate::clues::Clue;
use crate::difference::PartDifference;

/// A value that differs alone is taken for a seed up to this many bytes.
const LONGEST_CONSTANT_BYTES: u64 = 16;

/// The differences of one pair of contents, with those that are alike as one.
pub(crate) fn group(mut found: Vec<PartDifference>) -> Vec<PartDifference> {
    let plain = |difference: &&mut PartDifference| {
        difference.field.is_none()
            && difference.kind == ChangeKind::Changed
            && difference.clue.is_none()
            && !difference.derived
    };
    let mut unknown = found.iter_mut().filter(plain);
    if let (Some(only), None) = (unknown.next(), unknown.next()) {
        if only.places == 1 && only.differing_bytes <= LONGEST_CONSTANT_BYTES {
            only.clue = Some(Clue::LoneConstant);
        }
    }
    let mut list: Vec<PartDifference> = Vec::new();
    let mut groups: BTreeMap<(&str, Option<String>, ChangeKind), usize> = BTreeMap::new();
    for difference in found {
        // One explanation for a thousand members with another time, one for all that follows from others, one for
        // the headers of everything that only one side has.
        let cause = difference.cause().map(|(cause, _)| cause.id);
        let one_sided = matches!(difference.kind, ChangeKind::Missing | ChangeKind::Unexpected);
        let group = match (&difference.field, cause) {
            (_, Some(causes::FOLLOWS)) => Some((causes::FOLLOWS, None, difference.kind)),
            (Some(_), None) if one_sided && difference.format != Format::Json => {
                Some(("", Some(difference.part.clone()), difference.kind))
            }
            (Some(field), Some(id)) => Some((id, Some(field.clone()), difference.kind)),
            _ => None,
        };
        match group.as_ref().and_then(|group| groups.get(group)) {
            Some(at) => {
                let first = &mut list[*at];
                let (places, bytes) = (difference.places, difference.differing_bytes);
                if first.field.is_none() && difference.field.is_some() {
                    // A field says more than padding or addresses do.
                    let difference = std::mem::replace(first, difference);
                    (first.places, first.differing_bytes) = (difference.places, difference.differing_bytes);
                }
                first.places += places;
                first.differing_bytes += bytes;
            }
            None => {
                groups.extend(group.map(|group| (group, list.len())));
                list.push(difference);
            }
        }
    }
    list
}
