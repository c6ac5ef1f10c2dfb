//! Counts the builders that are independent of each other, as far as signatures can tell.
//!
//! Builders that share a key or a name are one party. One builder with two keys counts once, two builders with one key
//! count once, and so does a chain of them.

use std::collections::{BTreeMap, BTreeSet};

use super::SignedClaim;
use crate::claim::Product;

/// How many builders agree about one build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count {
    /// Number of parties that share neither key nor name.
    pub(super) independent: usize,
    /// Number of different keys.
    pub(super) keys: usize,
    /// Number of different builders.
    pub(super) builders: usize,
}

/// The largest count for one product. Claims about different products do not add up, even if their bits are the same.
pub(super) fn count<'a>(claims: impl IntoIterator<Item = &'a SignedClaim>) -> (Count, Option<&'a Product>) {
    let mut builds: BTreeMap<&Product, Vec<&SignedClaim>> = BTreeMap::new();
    for signed in claims {
        builds.entry(&signed.claim.product).or_default().push(signed);
    }
    let counts = builds
        .into_iter()
        .map(|(product, claims)| (of_one_build(&claims), Some(product)));
    counts.max_by_key(|(count, _)| *count).unwrap_or_default()
}

fn of_one_build(claims: &[&SignedClaim]) -> Count {
    let keys: BTreeSet<_> = claims.iter().flat_map(|signed| &signed.keys).collect();
    // If the format names no builder, each key counts as one.
    let anonymous = claims.iter().filter(|signed| signed.builder.is_none());
    let anonymous: BTreeSet<_> = anonymous.flat_map(|signed| &signed.keys).collect();
    let named: BTreeSet<_> = claims.iter().filter_map(|signed| signed.builder.as_ref()).collect();
    Count {
        independent: parties(claims),
        keys: keys.len(),
        builders: named.len() + anonymous.len(),
    }
}

/// Merges all claims that share a key or a name, and counts the resulting parties.
fn parties(claims: &[&SignedClaim]) -> usize {
    let mut parties: Vec<BTreeSet<(bool, &str)>> = Vec::new();
    for signed in claims {
        let names = signed.builder.iter().map(|name| (true, name.as_str()));
        let mut party: BTreeSet<_> = names
            .chain(signed.keys.iter().map(|key| (false, key.as_str())))
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
