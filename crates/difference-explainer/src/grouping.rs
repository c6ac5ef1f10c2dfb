//! Groups similar differences into one, and recognises a difference that is alone.

use std::collections::BTreeMap;

use bit_compare::explanation::ChangeKind;
use untrusted_input::format::Format;

use crate::causes;
use crate::clues::Clue;
use crate::difference::PartDifference;

/// A lone difference of at most this many bytes is taken for a seed.
const LONGEST_CONSTANT_BYTES: u64 = 16;

/// Groups the similar differences of one pair of contents.
pub(crate) fn group(mut differences: Vec<PartDifference>) -> Vec<PartDifference> {
    let plain = |difference: &&mut PartDifference| {
        difference.field.is_none()
            && difference.kind == ChangeKind::Changed
            && difference.clue.is_none()
            && !difference.derived
    };
    let mut unknown = differences.iter_mut().filter(plain);
    if let (Some(only), None) = (unknown.next(), unknown.next()) {
        if only.places == 1 && only.differing_bytes <= LONGEST_CONSTANT_BYTES {
            only.clue = Some(Clue::LoneConstant);
        }
    }
    let mut list: Vec<PartDifference> = Vec::new();
    let mut groups: BTreeMap<(&str, Option<String>, ChangeKind), usize> = BTreeMap::new();
    for difference in differences {
        // One explanation covers a thousand members with different times; one covers everything that follows from other
        // differences; one covers the headers of everything that only one side has.
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
                    // A field is more informative than padding or addresses.
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
