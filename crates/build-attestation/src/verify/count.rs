//! Counts builders that are independent of each other, as far as signatures can tell.
//!
//! Whoever shares a key or a name with another is the same party: one builder under two keys counts once, and so do two
//! builders under one key, and so does a chain of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Candidate;
use crate::claim::Product;

/// How many agree on one build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count {
    /// Parties that share neither key nor name.
    pub(super) independent: usize,
    /// Different keys.
    pub(super) keys: usize,
    /// Different builders.
    pub(super) builders: usize,
}

/// The largest agreement: claims about different builds do not add up, even where their bits are the same.
pub(super) fn count<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> (Count, Option<&'a Product>) {
    let mut builds: BTreeMap<&Product, Vec<&Candidate>> = BTreeMap::new();
    for candidate in candidates {
        builds.entry(&candidate.claim.product).or_default().push(candidate);
    }
    let counts = builds
        .into_iter()
        .map(|(product, candidates)| (of_one_build(&candidates), Some(product)));
    counts.max_by_key(|(count, _)| *count).unwrap_or_default()
}

fn of_one_build(candidates: &[&Candidate]) -> Count {
    let keys: BTreeSet<_> = candidates.iter().flat_map(|candidate| &candidate.keys).collect();
    // A format without builders: each key is its own.
    let anonymous = candidates.iter().filter(|candidate| candidate.builder.is_none());
    let anonymous: BTreeSet<_> = anonymous.flat_map(|candidate| &candidate.keys).collect();
    let named: BTreeSet<_> = candidates
        .iter()
        .filter_map(|candidate| candidate.builder.as_ref())
        .collect();
    Count {
        independent: parties(candidates),
        keys: keys.len(),
        builders: named.len() + anonymous.len(),
    }
}

/// Merges everyone who shares a key or a name, and counts what is left.
fn parties(candidates: &[&Candidate]) -> usize {
    let mut parties: Vec<BTreeSet<(bool, &str)>> = Vec::new();
    for candidate in candidates {
        let names = candidate.builder.iter().map(|name| (true, name.as_str()));
        let mut party: BTreeSet<_> = names
            .chain(candidate.keys.iter().map(|key| (false, key.as_str())))
            .collect();
        parties.retain(|other| {
            let apart = party.is_disjoint(other);
            if !apart {
                party.extend(other);
            }
            apart
        });
        parties.push(party);
    }
    parties.len()
}
