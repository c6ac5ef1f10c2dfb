//! Lists of named things: look-up by name, and comparison of their order.

use std::collections::BTreeMap;

use binary_formats::{Field, Part};

pub(crate) trait Named {
    fn name(&self) -> &str;
}

impl Named for Part {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Field {
    fn name(&self) -> &str {
        &self.name
    }
}

/// The index of each thing in its list, by name.
pub(crate) type Names<'a> = BTreeMap<&'a str, usize>;

/// Indexes a list by name.
pub(crate) fn by_name<T: Named>(list: &[T]) -> Names<'_> {
    let names = list.iter().map(T::name);
    names.enumerate().map(|(index, name)| (name, index)).collect()
}

/// The first two things, one from each list, at which the order of the common names differs.
pub(crate) fn first_out_of_order<'a, T: Named>(ours: &'a [T], theirs: &'a [T]) -> Option<(&'a T, &'a T)> {
    let (our_names, their_names) = (by_name(ours), by_name(theirs));
    let common = |list: &'a [T], names: Names<'a>| list.iter().filter(move |item| names.contains_key(item.name()));
    common(ours, their_names)
        .zip(common(theirs, our_names))
        .find(|(one, other)| one.name() != other.name())
}
